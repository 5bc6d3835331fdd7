//go:build !race

package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const (
	killFile   = "BUURTBODE_TEST_KILL_FILE"   // the database of the process that is killed
	killServer = "BUURTBODE_TEST_KILL_SERVER" // the network that it talks to
	kills      = 10
	killPeople = 20
	killSays   = 600
	killWorker = 4
)

// sturdy is a network in the test's own process: it brings a message again until it is acknowledged, and remembers
// what it took. It lives on while the bot is killed.
type sturdy struct {
	mu    sync.Mutex
	acked int            // messages acknowledged, in order
	given int            // messages that may arrive by now
	taken map[string]int // by key
	texts map[string]int // by chat and text, repeats by key left out
}

func (s *sturdy) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.URL.Path {
	case "/next":
		in := messages.Inbound{}
		if s.acked < s.given {
			person := fmt.Sprint(100 + s.acked%killPeople)
			in = messages.Inbound{
				ID: fmt.Sprint(s.acked), At: messages.Address{Platform: "telegram", Account: "1", Chat: person}, Kind: messages.Direct,
				From: messages.Sender{ID: person, Name: "Anna"}, Text: fmt.Sprint("note ", s.acked),
			}
		}
		_ = json.NewEncoder(w).Encode(in)
	case "/ack":
		if r.URL.RawQuery == fmt.Sprint(s.acked) {
			s.acked++
		}
	case "/send":
		var m messages.Outbound
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if s.taken[m.Key]++; s.taken[m.Key] == 1 {
			s.texts[m.To.Chat+" "+m.Body.String()]++
		}
		_ = json.NewEncoder(w).Encode(messages.Sent{ID: fmt.Sprint("m", len(s.taken))})
	default:
		http.NotFound(w, r)
	}
}

func (s *sturdy) progress() (acked, taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acked, len(s.taken)
}

// wire is the Platform of the process that is killed.
type wire struct {
	server string
	client http.Client
}

func (*wire) Platform() string { return "telegram" }
func (*wire) Account() string  { return "1" }
func (*wire) Limits() messages.Limits {
	return messages.Limits{Text: 4096, Caption: 1024, Workers: killWorker}
}

func (w *wire) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if out == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(out)
}

func (w *wire) Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	for ctx.Err() == nil {
		var in messages.Inbound
		if err := w.post(ctx, "/next", nil, &in); err != nil {
			return err
		}
		if in.ID == "" {
			_ = pause(ctx, 2*time.Millisecond, nil)
			continue
		}
		if receive(ctx, in) != nil {
			continue // it comes again
		}
		if err := w.post(ctx, "/ack?"+in.ID, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func (w *wire) Send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	var sent messages.Sent
	if err := w.post(ctx, "/send", m, &sent); err != nil {
		return sent, &messages.SendError{Code: "network", Retry: true, Cause: err}
	}
	return sent, nil
}

// noter keeps a row that nothing makes unique for each message, and tells a group.
type noter struct{ *echo }

func (n noter) Handle(ctx context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) ([]storage.Claimed, error) {
	claimed, err := n.echo.Handle(ctx, tx, in, now)
	if err != nil {
		return nil, err
	}
	account, err := tx.Account(in.At.Platform, in.At.Account)
	if err != nil {
		return nil, err
	}
	p, err := tx.FindPerson(account, in.From.ID)
	if err != nil {
		return nil, err
	}
	group, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1", Chat: "-5"}, messages.Group, "Admins", now)
	if err != nil {
		return nil, err
	}
	_, err = queueText(tx, storage.Delivery{Cause: "tell:" + in.ID, ChatID: group.ID}, messages.Part{Body: messages.Rich{{Text: in.Text}}})
	return claimed, errors.Join(err, tx.AddWrongCode(p.ID, now))
}

// TestKilledProcess is the process that TestNothingIsLostByKilling kills; by itself it does nothing.
func TestKilledProcess(t *testing.T) {
	file := os.Getenv(killFile)
	if file == "" {
		return
	}
	s, err := storage.Open(context.Background(), storage.Config{Database: file})
	if err != nil {
		t.Fatal(err)
	}
	owner := NewOwner()
	e := noter{&echo{owner: owner, handled: map[string]int{}}}
	b := New(Config{Store: s, Engine: e, Platforms: []Platform{&wire{server: os.Getenv(killServer)}}, Owner: owner, Clock: &turned{now: noon}})
	t.Fatal(b.Run(context.Background()))
}

func TestNothingIsLostByKilling(t *testing.T) {
	cfg := storagetest.SQLite(t)
	counted := storagetest.Open(t, cfg)
	network := &sturdy{taken: map[string]int{}, texts: map[string]int{}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(network.serve))
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	server.Start()
	defer server.Close()
	dice := rand.New(rand.NewPCG(2018, 5))
	for kill := range kills + 1 {
		process := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestKilledProcess$")
		process.Env = append(os.Environ(), killFile+"="+cfg.Database, killServer+"="+server.URL)
		var output bytes.Buffer
		process.Stdout, process.Stderr = &output, &output
		_, before := network.progress()
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		network.mu.Lock()
		network.given = killSays * min(kill+1, kills) / kills
		network.mu.Unlock()
		more := 1 + dice.IntN(2*killSays/kills) // the kill comes after so many more messages of the bot
		deadline := time.Now().Add(time.Minute)
		done := func() bool {
			acked, taken := network.progress()
			if kill < kills {
				return taken >= min(before+more, 2*killSays) || acked == network.given && taken == 2*network.given
			}
			return acked == killSays && taken == 2*killSays
		}
		for ; !done(); time.Sleep(100 * time.Microsecond) {
			if time.Now().After(deadline) {
				acked, taken := network.progress()
				t.Errorf("after %d kills it came no further than %d of %d messages in and %d of %d out:\n%s", kill, acked, killSays, taken, 2*killSays, &output)
				break
			}
		}
		if err := process.Process.Kill(); err != nil { // SIGKILL
			t.Fatal(err)
		}
		_ = process.Wait() // it was killed
		if t.Failed() {
			return
		}
	}
	network.check(t)
	var rows int
	if err := rawCount(cfg, &rows); err != nil || rows != killSays {
		t.Errorf("%d messages left %d rows, %v: each is handled once", killSays, rows, err)
	}
	var waiting []storage.Claimed
	err = counted.Read(context.Background(), func(tx *storage.Tx) (err error) {
		waiting, err = tx.Waiting(1000)
		return err
	})
	if err != nil || len(waiting) > killWorker { // the last results of the last kill
		t.Errorf("%d messages still wait, %v", len(waiting), err)
	}
}

// check looks whether every message was answered and told, and how often the bot repeated itself.
func (s *sturdy) check(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	repeats := 0
	for _, n := range s.taken {
		repeats += n - 1
	}
	if repeats > kills*killWorker {
		t.Errorf("%d repeats, want at most one for each of %d workers and %d kills", repeats, killWorker, kills)
	}
	t.Logf("%d repeats in %d kills, of %d messages", repeats, kills, len(s.taken))
	for i := range killSays {
		person := fmt.Sprint(100 + i%killPeople)
		for _, text := range []string{fmt.Sprintf("%s echo note %d", person, i), fmt.Sprintf("-5 note %d", i)} {
			if s.texts[text] != 1 {
				t.Errorf("%q came %d times under keys of its own", text, s.texts[text])
			}
		}
	}
}

func rawCount(cfg storage.Config, rows *int) error {
	db, err := openRaw(cfg)
	if err != nil {
		return err
	}
	return errors.Join(db.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM wrong_codes").Scan(rows), db.Close())
}
