//go:build !race

package bot_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// build builds the program as it is shipped.
func build(t testing.TB) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM to send")
	}
	file := filepath.Join(t.TempDir(), "buurtbode")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags", "-X main.version=v9.8.7", "-o", file, "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return file
}

// process is the program in a process of its own.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	log *output
	end chan struct{}
}

// launch starts the program on a database and a stand-in for Telegram, with its settings in the environment.
func launch(t testing.TB, program string, cfg storage.Config, telegram *telegramtest.Server) *process {
	t.Helper()
	token := writeToken(t, telegram)
	p := &process{t: t, cmd: exec.CommandContext(t.Context(), program), log: &output{}, end: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "BUURTBODE_DATABASE="+cfg.Database, "BUURTBODE_WEB=", "BUURTBODE_TELEGRAM_TOKEN_FILE="+token, "BUURTBODE_TELEGRAM_API="+telegram.URL())
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.end)
		_ = p.cmd.Wait() // the exit code says it all
	}()
	return p
}

func writeToken(t testing.TB, telegram *telegramtest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(telegram.Token()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the exit code, and tells how long it took.
func (p *process) ends(code int, words ...string) time.Duration {
	p.t.Helper()
	begun := time.Now()
	select {
	case <-p.end:
	case <-time.After(patience):
		p.t.Fatalf("the program doesn't end:\n%s", p.log)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("the exit code is %d, want %d:\n%s", got, code, p.log)
	}
	for _, w := range words {
		if !strings.Contains(p.log.String(), w) {
			p.t.Errorf("%q is not in:\n%s", w, p.log)
		}
	}
	return time.Since(begun)
}

func TestTheProgramIsOneStaticFile(t *testing.T) {
	program := build(t)
	out, err := exec.CommandContext(t.Context(), program, "version").Output()
	if err != nil || string(out) != "buurtbode v9.8.7\n" {
		t.Errorf("version prints %q, %v", out, err)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if ldd, err := exec.LookPath("ldd"); err == nil {
		out, _ := exec.CommandContext(t.Context(), ldd, program).CombinedOutput() // fails where nothing is linked in
		if !strings.Contains(string(out), "not a dynamic executable") && !strings.Contains(string(out), "statically linked") {
			t.Errorf("the program needs libraries: %s", out)
		}
	}
}

func TestASecondRunOnOneDatabaseFile(t *testing.T) {
	program := build(t)
	cfg := storagetest.SQLite(t)
	telegram := telegramtest.New(t)
	first := launch(t, program, cfg, telegram)
	anna := telegram.Person("Anna")
	anna.Says("/saar")
	anna.Hears("112")
	second := launch(t, program, cfg, telegram)
	second.ends(1, "buurtbode: "+cfg.Database+": another buurtbode is running on this database\n")
	anna.Says("/rules")
	anna.Hears("18")
	first.signal(syscall.SIGTERM)
	first.ends(0)
	third := launch(t, program, cfg, telegram) // the lock is free again
	anna.Says("/saar 2")
	anna.Hears("112")
	third.signal(os.Interrupt)
	third.ends(0)
}

// What is being sent when the program is told to stop is finished, and not sent again by the next start.
func TestSIGTERMFinishesWhatIsBeingSent(t *testing.T) {
	program := build(t)
	cfg := storagetest.SQLite(t)
	telegram := telegramtest.New(t)
	fault := telegram.Fail(telegramtest.Fault{Method: "sendMessage", Trouble: telegramtest.Slow(1500 * time.Millisecond)})
	p := launch(t, program, cfg, telegram)
	anna := telegram.Person("Anna")
	anna.Says("/saar")
	telegram.Wait("the answer is on its way", func() bool { return fault.Hits() == 1 })
	p.signal(syscall.SIGTERM)
	if took := p.ends(0, "buurtbode stopped"); took < time.Second || took > 10*time.Second {
		t.Errorf("it took %v to stop, want as long as the send", took)
	}
	anna.Hears("112")
	again := launch(t, program, cfg, telegram)
	anna.Says("/rules")
	anna.Hears("18")
	again.signal(syscall.SIGTERM)
	again.ends(0)
	if n := telegram.Count("sendMessage"); n != 2 {
		t.Errorf("%d messages were sent, want 2", n)
	}
}

// A network that never answers holds the end up for ten seconds only; a second signal doesn't even wait for that.
func TestASecondSignalEndsAtOnce(t *testing.T) {
	program := build(t)
	telegram := telegramtest.New(t)
	fault := telegram.Fail(telegramtest.Fault{Method: "sendMessage", Times: -1, Trouble: telegramtest.Slow(time.Minute)})
	p := launch(t, program, storagetest.SQLite(t), telegram)
	telegram.Person("Anna").Says("/saar")
	telegram.Wait("the answer is on its way", func() bool { return fault.Hits() == 1 })
	p.signal(syscall.SIGTERM)
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(50 * time.Millisecond) {
		if p.cmd.Process.Signal(syscall.SIGTERM) != nil {
			break
		}
	}
	if took := p.ends(-1); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A draft is in the database after every answer: killed in the middle of the form, the program goes on with it.
func TestADraftSurvivesAKill(t *testing.T) {
	program := build(t)
	cfg := storagetest.SQLite(t)
	telegram := telegramtest.New(t)
	call := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append(os.Environ(), "BUURTBODE_DATABASE="+cfg.Database)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	call("import", "sample")
	code := call("invite", "officer", "--area", "Lisse")
	ria := telegram.Person("Ria")
	first := launch(t, program, cfg, telegram)
	ria.Says("/activate " + code)
	ria.Hears("Lisse")
	ria.Says("/alert warning")
	ria.Hears("Wat is er gebeurd?")
	ria.Says("Fietsendieven actief bij het station")
	ria.Hears("Waar was het?")
	first.signal(os.Kill)
	first.ends(-1)
	second := launch(t, program, cfg, telegram)
	ria.Says("Stationsplein")
	ria.Hears("Wanneer was het?")
	second.signal(os.Kill)
	second.ends(-1)
	third := launch(t, program, cfg, telegram)
	for _, answer := range []string{"gisteren", "overslaan", "overslaan", "1"} {
		ria.Says(answer)
	}
	ria.Hears("Fietsendieven actief bij het station", "Stationsplein", "gisteren")
	third.signal(syscall.SIGTERM)
	third.ends(0)
}
