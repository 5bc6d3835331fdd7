package telegram

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
)

func TestStandInSendTrouble(t *testing.T) {
	server, tg, _ := beside(t)
	anna := server.Person("Anna").Knows()
	send := func() error {
		_, err := tg.Send(t.Context(), messages.Outbound{To: to(anna.ID()), Body: words("hoi")})
		return err
	}
	for _, c := range []struct {
		name    string
		trouble telegramtest.Trouble
		want    messages.SendError
		come    int
	}{
		{"too fast", telegramtest.TooMany(3), messages.SendError{Code: "429", Retry: true, Slow: true, After: 3 * time.Second}, 0},
		{"a proxy's page", telegramtest.Page(502), messages.SendError{Code: "502", Retry: true}, 0},
		{"dropped before", telegramtest.DropBefore(), messages.SendError{Code: "network", Retry: true}, 0},
		{"dropped after", telegramtest.DropAfter(), messages.SendError{Code: "network", Retry: true}, 1},
		{"broken", telegramtest.Refuse(500, "Internal Server Error: sent message was immediately deleted"), messages.SendError{Code: "500", Retry: true}, 0},
	} {
		before := len(anna.Messages())
		server.Fail(telegramtest.Fault{Method: "sendMessage", Trouble: c.trouble})
		e := failed(t, send(), c.want.Code)
		e.Cause = nil
		if *e != c.want || len(anna.Messages()) != before+c.come {
			t.Errorf("%s: %+v, %d came", c.name, e, len(anna.Messages())-before)
		}
		if err := send(); err != nil {
			t.Errorf("after %s: %v", c.name, err)
		}
	}
	server.SetLimits(telegramtest.Limits{PerChatSecond: 1})
	if err := send(); err != nil {
		t.Error(err)
	}
	if e := failed(t, send(), "429"); e.After != time.Second || server.TooFast() != 1 {
		t.Errorf("too fast: %+v", e)
	}
	server.SetLimits(telegramtest.Limits{})
	anna.Blocks()
	if e := failed(t, send(), "403"); !e.Gone || e.Retry {
		t.Errorf("blocked: %+v", e)
	}
	_, err := tg.Send(t.Context(), messages.Outbound{To: to(5), Body: words("hoi")})
	if e := failed(t, err, "400"); !e.Gone {
		t.Errorf("nobody: %+v", e)
	}
}

func TestStandInReceiveTrouble(t *testing.T) {
	server, _, c := beside(t)
	anna := server.Person("Anna")
	for i, trouble := range []telegramtest.Trouble{
		telegramtest.Page(504), telegramtest.DropBefore(), telegramtest.DropAfter(), telegramtest.TooMany(1),
		telegramtest.Refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
	} {
		server.Fail(telegramtest.Fault{Method: "getUpdates", Trouble: trouble})
		anna.Says(strconv.Itoa(i))
	}
	anna.Says("all")
	server.Confirmed()
	var said []string
	for _, in := range c.wait(t, 6) {
		said = append(said, in.Text)
	}
	if got := strings.Join(said, " "); got != "0 1 2 3 4 all" {
		t.Errorf("received %q", got)
	}
}

// once gives what was said, without what came a second time.
func (c *collected) once() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out strings.Builder
	known := map[string]bool{}
	for _, in := range c.in {
		if !known[in.ID] {
			out.WriteString(in.Text)
		}
		known[in.ID] = true
	}
	return out.String()
}

// TestStandInRestarts stops the adapter with messages under way: the next one finds them all, in order. What was received
// but not confirmed yet comes again, which the inbox sees by its id.
func TestStandInRestarts(t *testing.T) {
	server := telegramtest.New(t, telegramtest.WithToken(token))
	anna := server.Person("Anna")
	c := &collected{}
	for round := range 3 {
		tg, _ := adapterAt(t, server.URL())
		stop := running(t, tg, c.receive)
		anna.Says("a")
		eventually(t, "the first of this round", func() bool { return len(c.once()) > 3*round })
		anna.Says("b")
		stop()
		anna.Says("c")
	}
	tg, _ := adapterAt(t, server.URL())
	running(t, tg, c.receive)
	server.Confirmed()
	if got := c.once(); got != "abcabcabc" {
		t.Errorf("received %q", got)
	}
}

// call calls a method as another program with the same token would.
func call(t *testing.T, server *telegramtest.Server, query string) {
	t.Helper()
	resp, err := http.Get(server.URL() + "/bot" + token + "/" + query)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", query, resp.Status)
	}
}

func TestStandInWebhookIsDropped(t *testing.T) {
	server := telegramtest.New(t, telegramtest.WithToken(token))
	tg, _ := adapterAt(t, server.URL())
	other := newMinimal(t)
	call(t, server, "setWebhook?url="+other.URL)
	c := &collected{}
	running(t, tg, c.receive)
	eventually(t, "ready", tg.Ready)
	call(t, server, "setWebhook?url="+other.URL) // again, under way
	eventually(t, "the webhook is gone", func() bool { return server.Count("deleteWebhook") == 2 })
	server.Person("Anna").Says("hoi")
	if in := c.last(t, 1); in.Text != "hoi" {
		t.Errorf("received %+v", in)
	}
}
