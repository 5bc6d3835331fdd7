package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"

	"github.com/buurtbode/buurtbode/messages"
)

const (
	// secretHeader is where Telegram shows the secret: https://core.telegram.org/bots/api#setwebhook
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	// maxUpdate is more than one update can weigh, in bytes.
	maxUpdate = 1 << 20
	// hookCheck is how often the webhook is looked at, in real time: another program may take it away.
	hookCheck = 5 * time.Minute
)

// hook is the webhook of an account: where Telegram brings its updates, instead of the bot fetching them.
type hook struct {
	address string // public
	path    string // of the address, as the web server sees it
	secret  [sha256.Size]byte
	plain   string // the secret, for setWebhook

	mu    sync.Mutex // one update after the other, as in a poll
	taker atomic.Pointer[taker]
}

// taker is the Run under way, until ended is closed.
type taker struct {
	ended <-chan struct{}
	p     *poller
}

// running tells whether updates are taken: not before Run, and not after it was told to end.
func (t *taker) running() bool {
	if t == nil {
		return false
	}
	select {
	case <-t.ended:
		return false
	default:
		return true
	}
}

func newHook(address, secret string) (*hook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("telegram: the address of the webhook should begin with https://")
	}
	if secret == "" {
		return nil, errors.New("telegram: a webhook needs a secret")
	}
	h := &hook{address: address, path: u.EscapedPath(), secret: sha256.Sum256([]byte(secret)), plain: secret}
	if h.path == "" {
		h.path = "/"
	}
	return h, nil
}

// Hook is the path on the web server to which Telegram brings updates, and what takes them there; without a webhook the
// path is empty.
func (t *Telegram) Hook() (path string, takes http.Handler) {
	if t.hook == nil {
		return "", nil
	}
	return t.hook.path, http.HandlerFunc(t.take)
}

// take receives one update. It answers 200 only when the update was received for good; at anything else Telegram brings
// it again.
func (t *Telegram) take(w http.ResponseWriter, r *http.Request) {
	shown := sha256.Sum256([]byte(r.Header.Get(secretHeader)))
	if subtle.ConstantTimeCompare(shown[:], t.hook.secret[:]) != 1 {
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the update broke off", http.StatusBadRequest)
		return
	}
	if _, _, err := parseUpdate(body); err != nil {
		http.Error(w, "no update", http.StatusBadRequest)
		return
	}
	t.hook.mu.Lock()
	defer t.hook.mu.Unlock()
	run := t.hook.taker.Load()
	if !run.running() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "not running", http.StatusServiceUnavailable)
		return
	}
	if done, err := run.p.deliver(r.Context(), []json.RawMessage{body}); err != nil || len(done) == 0 {
		http.Error(w, "not received", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// runHook takes what Telegram brings until ctx ends. The webhook stays set: what arrives meanwhile waits at Telegram.
func (t *Telegram) runHook(ctx context.Context, receive func(context.Context, messages.Inbound) error) {
	t.hook.taker.Store(&taker{ended: ctx.Done(), p: &poller{t: t, receive: receive}})
	defer func() {
		t.hook.taker.Store(nil)
		t.hook.mu.Lock() // the update under way is finished
		defer t.hook.mu.Unlock()
	}()
	defer t.hooked.Store(false)
	for failures := 0; ctx.Err() == nil; {
		err := t.setHook(ctx)
		if err == nil {
			failures = 0
			t.hooked.Store(true)
			sleep(ctx, hookCheck)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		t.hooked.Store(false)
		if failures++; worthLogging(failures) {
			t.log.Warn("setting the webhook failed, trying on", "failures", failures, "cause", t.plain(err))
		}
		sleep(ctx, pause(failures-1, err))
	}
}

// setHook sets the webhook where it isn't set as it should be, and tells the log what Telegram says of it.
func (t *Telegram) setHook(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if t.hooked.Load() {
		info, err := t.api.GetWebhookInfo(ctx)
		if err != nil {
			return err
		}
		if info.URL == t.hook.address {
			if lately := t.now().Add(-hookCheck).Unix(); int64(info.LastErrorDate) >= lately {
				t.log.Warn("Telegram can't bring messages to the webhook", "host", host(t.hook.address), "waiting", info.PendingUpdateCount,
					"cause", t.http.redact(harmless(info.LastErrorMessage)))
			}
			return nil
		}
		t.log.Warn("somebody took the webhook away, and it is set again: another program may have the same token", "host", host(info.URL))
	}
	_, err := t.api.SetWebhook(ctx, &bot.SetWebhookParams{
		URL: t.hook.address, SecretToken: t.hook.plain, MaxConnections: 1, AllowedUpdates: allowedUpdates(),
	})
	if err == nil {
		t.log.Info("Telegram brings the messages to the webhook", "host", host(t.hook.address))
	}
	return err
}
