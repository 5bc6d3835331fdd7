package bot_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot"
	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// patience is how long a test waits for something, in real time.
const patience = 20 * time.Second

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// output is what a program that runs has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// runningBot is a bot that runs in this process.
type runningBot struct {
	t     *testing.T
	log   *output
	stop  context.CancelFunc
	ended chan int
}

// start runs the bot on a database and a stand-in for Telegram; it is stopped when the test ends.
func start(t *testing.T, cfg storage.Config, telegram *telegramtest.Server, more ...string) *runningBot {
	t.Helper()
	args := append([]string{"--telegram-token", telegram.Token(), "--telegram-api", telegram.URL()}, more...)
	return startWith(t, cfg, func(zone *time.Location) bot.Clock { return stopped{noon(zone)} }, args...)
}

// startWith runs the bot on a database by a clock, with a web server; it is stopped when the test ends.
func startWith(t *testing.T, cfg storage.Config, clock func(*time.Location) bot.Clock, more ...string) *runningBot {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &runningBot{t: t, log: &output{}, stop: stop, ended: make(chan int, 1)}
	args := append([]string{"--database", cfg.Database, "--keys", cfg.KeysFile(), "--web", "127.0.0.1:0"}, more...)
	go func() {
		r.ended <- bot.Main(ctx, bot.Program{Version: "v1.2.3", Args: args, Stdout: r.log, Stderr: r.log, Clock: clock})
	}()
	t.Cleanup(func() {
		stop()
		select {
		case <-r.ended:
		case <-time.After(patience):
			t.Errorf("the bot doesn't stop:\n%s", r.log)
		}
	})
	return r
}

// ends waits for the exit code.
func (r *runningBot) ends(code int, words ...string) {
	r.t.Helper()
	select {
	case got := <-r.ended:
		r.ended <- got // for the test's end
		if got != code {
			r.t.Errorf("the exit code is %d, want %d:\n%s", got, code, r.log)
		}
	case <-time.After(patience):
		r.t.Fatalf("the bot doesn't end:\n%s", r.log)
	}
	lines := strings.Split(strings.TrimSpace(r.log.String()), "\n")
	for _, w := range words {
		if !strings.Contains(lines[len(lines)-1], w) {
			r.t.Errorf("%q is not in the last line of:\n%s", w, r.log)
		}
	}
}

// logs waits until the log has some words.
func (r *runningBot) logs(words string) {
	r.t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(5 * time.Millisecond) {
		if strings.Contains(r.log.String(), words) {
			return
		}
	}
	r.t.Fatalf("%q is never logged:\n%s", words, r.log)
}

// address waits until the web server listens.
func (r *runningBot) address() string {
	r.t.Helper()
	listens := regexp.MustCompile(`the web server listens" address=(\S+)`)
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(5 * time.Millisecond) {
		if m := listens.FindStringSubmatch(r.log.String()); m != nil {
			return m[1]
		}
	}
	r.t.Fatalf("no web server:\n%s", r.log)
	return ""
}

// ask asks the web server.
func (r *runningBot) ask(method, path string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.address()+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// answers waits until a path answers with a status, and gives the answer.
func (r *runningBot) answers(path string, status int) string {
	r.t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		if got, body := r.ask(http.MethodGet, path); got == status {
			return body
		}
	}
	r.t.Fatalf("%s never answers %d:\n%s", path, status, r.log)
	return ""
}

// measures waits until /metrics has some words: a send is counted a moment after it was seen.
func (r *runningBot) measures(words string) {
	r.t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		if strings.Contains(r.answers("/metrics", 200), words) {
			return
		}
	}
	r.t.Errorf("/metrics never has %s", words)
}

func TestABotRunsAnswersAndStops(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		telegram := telegramtest.New(t)
		call(t, cfg, "import", "sample").want(t, 0)
		r := start(t, cfg, telegram)
		if got := r.answers("/healthz", 200); got != "ok\n" {
			t.Errorf("/healthz says %q", got)
		}
		code := strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out) // beside it
		ria := telegram.Person("Ria")
		ria.Says("/activate " + code)
		ria.Hears("wijkagent", "Lisse")
		if got, body := r.ask(http.MethodGet, "/livez"); got != 200 || body != "ok\n" {
			t.Errorf("/livez says %d %q", got, body)
		}
		for _, name := range []string{"buurtbode_received_total", `buurtbode_handled_total{outcome="handled"`, `buurtbode_deliveries_total{platform="telegram",state="sent"} 1`, "go_goroutines"} {
			r.measures(name)
		}
		if got, _ := r.ask(http.MethodPost, "/healthz"); got != http.StatusMethodNotAllowed {
			t.Errorf("a POST gets %d", got)
		}
		if got, _ := r.ask(http.MethodGet, "/"); got != http.StatusNotFound {
			t.Errorf("/ gets %d", got)
		}
		call(t, cfg, "--web", r.address(), "health").want(t, 0, "ok\n")
		r.stop()
		r.ends(0, "buurtbode stopped")
		if log := r.log.String(); strings.Contains(log, "not-a-secret") || strings.Contains(log, code) {
			t.Errorf("a secret is in the log:\n%s", log)
		}
	})
}

func TestHealthWhileTelegramIsAway(t *testing.T) {
	telegram := telegramtest.New(t)
	telegram.Fail(telegramtest.Fault{Method: "getMe", Times: -1, Trouble: telegramtest.Page(502)})
	cfg := storagetest.SQLite(t)
	r := start(t, cfg, telegram)
	if got := r.answers("/healthz", http.StatusServiceUnavailable); !strings.HasPrefix(got, "telegram is not connected") && !strings.HasPrefix(got, "0 of 1 platforms run") {
		t.Errorf("/healthz says %q", got)
	}
	if got, _ := r.ask(http.MethodGet, "/livez"); got != 200 {
		t.Errorf("/livez gives %d", got)
	}
	call(t, cfg, "--web", r.address(), "health").want(t, 1, "the bot is not well:")
	r.stop()
	r.ends(0)
}

func TestHealthWithoutABot(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "health").want(t, 2, "BUURTBODE_WEB is empty")
	listener := listen(t)
	free := listener.Addr().String()
	_ = listener.Close()
	call(t, cfg, "--web", free, "health").want(t, 1, "no bot answers at "+free)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestATakenPortIsOneClearLine(t *testing.T) {
	taken := listen(t).Addr().String()
	r := start(t, storagetest.SQLite(t), telegramtest.New(t), "--web", taken)
	r.ends(1, "buurtbode: the web server can't listen on "+taken+" (BUURTBODE_WEB): ")
}

func TestASecondBotIsToldSoAlsoWhereThePortIsTaken(t *testing.T) {
	cfg := storagetest.SQLite(t)
	telegram := telegramtest.New(t)
	first := start(t, cfg, telegram)
	first.answers("/healthz", 200)
	second := start(t, cfg, telegram, "--web", first.address())
	second.ends(1, "buurtbode: ", "another buurtbode is running on this database")
	if got, _ := first.ask(http.MethodGet, "/healthz"); got != 200 {
		t.Errorf("the first one's /healthz gives %d", got)
	}
}

func TestASecondBotOnOneAccountOfPostgreSQL(t *testing.T) {
	cfg := storagetest.Postgres(t)
	telegram := telegramtest.New(t)
	first := start(t, cfg, telegram)
	first.answers("/healthz", 200)
	second := start(t, cfg, telegram)
	second.ends(1, "buurtbode: ", "telegram account 7000000001", "another buurtbode is running")
}

func TestARefusedTokenIsOneClearLine(t *testing.T) {
	r := start(t, storagetest.SQLite(t), telegramtest.New(t), "--telegram-token", "7000000001:another-secret")
	r.ends(1, "buurtbode: ", "Telegram refuses the token")
	if strings.Contains(r.log.String(), "another-secret") {
		t.Errorf("the token is shown:\n%s", r.log)
	}
}

func TestTheLogCanBeJSON(t *testing.T) {
	r := start(t, storagetest.SQLite(t), telegramtest.New(t), "--log-format=json", "--web=")
	r.logs("connected to Telegram")
	r.stop()
	r.ends(0, `"msg":"buurtbode stopped"`)
	if !strings.Contains(r.log.String(), "there are no areas yet") {
		t.Errorf("nobody is told that the bot is empty:\n%s", r.log)
	}
}
