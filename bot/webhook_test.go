package bot_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// free is an address on which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l := listen(t)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestABotRunsBehindAWebhook(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		telegram := telegramtest.New(t)
		call(t, cfg, "import", "sample").want(t, 0)
		address := free(t)
		hook := []string{
			"--web", address, "--telegram-webhook", "http://" + address + "/from-telegram", "--telegram-secret", "Only-Telegram_knows",
		}
		r := start(t, cfg, telegram, hook...)
		r.answers("/healthz", 200)
		code := strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out)
		ria := telegram.Person("Ria")
		ria.Says("/activate " + code)
		ria.Hears("wijkagent", "Lisse")
		if got, body := r.ask(http.MethodPost, "/from-telegram"); got != http.StatusUnauthorized || strings.Contains(body, "knows") {
			t.Errorf("without the secret it says %d %q", got, body)
		}
		call(t, cfg, append(hook, "--telegram-token", telegram.Token(), "--telegram-api", telegram.URL(), "doctor")...).finds(t,
			"ok  telegram: Telegram brings the messages to the webhook (127.0.0.1")
		r.stop()
		r.ends(0)
		if log := r.log.String(); strings.Contains(log, "knows") || strings.Contains(log, "from-telegram") {
			t.Errorf("a secret is in the log:\n%s", log)
		}

		ria.Says("/pending") // waits at Telegram until the bot is back, and fetches its messages itself
		start(t, cfg, telegram)
		ria.Hears("niets open")
	})
}
