package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

func TestRunsOnAMinimalServer(t *testing.T) {
	server := newMinimal(t)
	tg, _ := adapterAt(t, server.URL+"/")
	if tg.Ready() || tg.StartLink("x") != "" {
		t.Error("ready before it ran")
	}
	var h heard
	stop := running(t, tg, h.receive)
	eventually(t, "ready without any message", tg.Ready)
	server.say("a", "b", "c")
	eventually(t, "three messages", func() bool { return h.all() == "a b c" })
	if tg.Account() != "4242" || tg.StartLink("join-1") != "https://t.me/our_bot?start=join-1" {
		t.Errorf("account %s, link %s", tg.Account(), tg.StartLink("join-1"))
	}
	stop()
	if tg.Ready() {
		t.Error("ready after it stopped")
	}
}

func TestRefusedUpdatesComeAgain(t *testing.T) {
	server := newMinimal(t)
	tg, _ := adapterAt(t, server.URL)
	h := heard{fail: func(in messages.Inbound, times int) error {
		switch {
		case in.Text == "c" && times == 1:
			return errors.New("the database is busy")
		case in.Text == "c" && times == 2:
			panic("broken")
		case in.Text == "d" && times == 1:
			return context.Canceled // a cancelled transaction must not end the loop
		}
		return nil
	}}
	server.say("a", "b", "c", "d", "e")
	running(t, tg, h.receive)
	eventually(t, "all in order", func() bool { return h.all() == "a b c d e" })
	server.say("f")
	eventually(t, "the next", func() bool { return h.all() == "a b c d e f" })
	for id, n := range h.times {
		want := map[string]int{"m102": 3, "m103": 2}[id]
		if want == 0 {
			want = 1
		}
		if n != want {
			t.Errorf("%s was received %d times, want %d", id, n, want)
		}
	}
}

// TestNothingIsConfirmedBeforeItIsReceived looks at the offsets that the server saw while a message was being received.
func TestNothingIsConfirmedBeforeItIsReceived(t *testing.T) {
	server := newMinimal(t)
	server.say("a", "b")
	tg, _ := adapterAt(t, server.URL)
	entered, release := make(chan string), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- tg.Run(ctx, func(_ context.Context, in messages.Inbound) error {
			entered <- in.Text
			<-release
			return nil
		})
	}()
	<-entered
	release <- struct{}{}
	<-entered // b is under way
	cancel()  // and the process is told to stop
	select {
	case err := <-done:
		t.Errorf("Run left the message that was under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	release <- struct{}{}
	if err := <-done; err != nil {
		t.Errorf("Run returned %v", err)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	for _, o := range server.offsets {
		if o > 100 {
			t.Errorf("offset %d confirmed an update that was not received", o)
		}
	}
}

func TestPollTrouble(t *testing.T) {
	html := "<html><body>502 Bad Gateway</body></html>"
	for _, c := range []struct {
		name  string
		fault func(w http.ResponseWriter)
		log   string
	}{
		{"conflict", func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`)
		}, "there can be only one"},
		{"a proxy's page", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway); fmt.Fprint(w, html) }, "502"},
		{"a page that says OK", func(w http.ResponseWriter) { fmt.Fprint(w, html) }, "not the Bot API"},
		{"no list", func(w http.ResponseWriter) { fmt.Fprint(w, `{"ok":true,"result":{}}`) }, "not a list"},
		{"too many requests", func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}`)
		}, "429"},
		{"a dropped connection", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "network"},
		{"half an answer", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "900")
			fmt.Fprint(w, `{"ok":true,"result":[`)
			panic(http.ErrAbortHandler)
		}, "network"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := newMinimal(t)
			var times int
			server.scripted(func(w http.ResponseWriter, _ *http.Request, method string) bool {
				if method != "getUpdates" || times >= 2 {
					return false
				}
				times++
				c.fault(w)
				return true
			})
			server.say("a", "b")
			tg, log := adapterAt(t, server.URL)
			var h heard
			running(t, tg, h.receive)
			eventually(t, "both after the trouble", func() bool { return h.all() == "a b" })
			if !strings.Contains(log.String(), c.log) || !strings.Contains(log.String(), "works again") {
				t.Errorf("the log doesn't tell %q:\n%s", c.log, log)
			}
		})
	}
}

func TestTokenRefused(t *testing.T) {
	unauthorized := func(w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"ok":false,"error_code":401,"description":"Unauthorized"}`)
		return true
	}
	for _, at := range []string{"getMe", "getUpdates"} {
		server := newMinimal(t)
		server.scripted(func(w http.ResponseWriter, _ *http.Request, method string) bool {
			return method == at && unauthorized(w)
		})
		tg, _ := adapterAt(t, server.URL)
		err := tg.Run(t.Context(), func(context.Context, messages.Inbound) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "Telegram refuses the token") || strings.Contains(err.Error(), "secret") {
			t.Errorf("at %s Run returned %v", at, err)
		}
	}
	for _, bad := range []string{"", "x", "12", "12:", ":hushhush", "12:hush hush", "https://api/12:hushhush"} {
		if _, err := New(Config{Token: bad}); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("New took the token %q: %v", bad, err)
		}
	}
	if _, err := New(Config{Token: token, API: "api.telegram.org"}); err == nil {
		t.Error("New took an address without https://")
	}
}

func TestUnreadableUpdatesArePassedOver(t *testing.T) {
	server := newMinimal(t)
	server.say("a")
	server.updates = append(server.updates, `{"update_id":101,"message":{"message_id":"five"}}`, `{"update_id":102,"something_new":{}}`)
	server.say("b")
	tg, log := adapterAt(t, server.URL)
	var h heard
	running(t, tg, h.receive)
	eventually(t, "the messages around them", func() bool { return h.all() == "a b" })
	if !strings.Contains(log.String(), "can't be read") {
		t.Errorf("the log doesn't tell:\n%s", log)
	}
}

// TestNoErrorShowsTheToken tries the ways in which net/http and the library would.
func TestNoErrorShowsTheToken(t *testing.T) {
	server := newMinimal(t)
	tg, _ := adapterAt(t, server.URL)
	server.scripted(func(w http.ResponseWriter, r *http.Request, _ string) bool {
		fmt.Fprintf(w, "<html>no such page: %s, you sent %s", r.URL.Path, r.FormValue("text"))
		return true
	})
	body := messages.Rich{{Text: "stolen bike"}}
	send := func() error {
		_, err := tg.Send(t.Context(), messages.Outbound{To: messages.Address{Chat: "7"}, Body: body})
		return err
	}
	for range 2 {
		var refused *messages.SendError
		if err := send(); !errors.As(err, &refused) || !refused.Retry || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "bike") {
			t.Errorf("error is %v", err)
		}
		server.Close() // the second time nobody answers
	}
	for _, f := range tg.Check(t.Context()) {
		if f.OK || strings.Contains(f.Text, "secret") {
			t.Errorf("finding %+v", f)
		}
	}
	if err := tg.SetMenus(t.Context(), []messages.Menu{{Kind: messages.Direct}}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error is %v", err)
	}
	// whatever the cause is, what an error prints is all there is to it
	for err := send(); err != nil; err = errors.Unwrap(err) {
		if raw, _ := json.Marshal(fmt.Sprintf("%+v %#v", err, err)); bytes.Contains(raw, []byte("secret")) {
			t.Errorf("an inner error shows the token: %s", raw)
		}
	}
}
