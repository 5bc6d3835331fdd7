package bot

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/webchat"
)

// later is a clock that is ahead of the real one.
type later time.Duration

func (l later) Now() time.Time { return time.Now().Add(time.Duration(l)) }

// playing starts the demo on a port of its own, and gives its address.
func playing(t *testing.T) string { return playingAt(t, time.Now()) }

// playingAt starts the demo as if it were another moment.
func playingAt(t *testing.T, moment time.Time) string {
	t.Helper()
	clock := func(*time.Location) Clock { return later(time.Until(moment)) }
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	from, into := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, Program{Args: []string{"demo", "--addr", "127.0.0.1:0"}, Stdout: into, Stderr: &stderr, Clock: clock})
		_ = into.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitGood {
			t.Errorf("the demo ended with %d: %s", code, stderr.String())
		}
		if left, err := filepath.Glob(filepath.Join(os.TempDir(), "buurtbode-demo-*")); err != nil || len(left) > 0 {
			t.Errorf("the demo left %v behind (%v)", left, err)
		}
	})
	line, err := bufio.NewReader(from).ReadString('\n')
	if err != nil {
		t.Fatalf("the demo didn't open: %s", stderr.String())
	}
	go func() { _, _ = io.Copy(io.Discard, from) }()
	return strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(line), "/")
}

// chatOf gives the messages of a chat as a person's page gets them.
func chatOf(t *testing.T, address, person, chat string) []webchat.Message {
	t.Helper()
	q := url.Values{"as": {person}, "chat": {chat}, "before": {"1000000"}}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address+"/api/earlier?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var page struct{ Messages []webchat.Message }
	if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
		t.Fatalf("%s sees %s with %d: %v", person, chat, res.StatusCode, err)
	}
	return page.Messages
}

func post(t *testing.T, address, path, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", address)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

func TestDemoGoesForward(t *testing.T) {
	address := playing(t)
	before := len(chatOf(t, address, "officer", "officer"))
	if got := post(t, address, "/api/clock", `{"step":"day"}`); got != http.StatusNoContent {
		t.Fatalf("the clock is answered %d", got)
	}
	after := chatOf(t, address, "officer", "officer")
	if len(after) == before {
		t.Error("the officer is not reminded of the open alert within a day")
	}
	weeks := weeksIn(t, address)
	if got := post(t, address, "/api/clock", `{"step":"monday"}`); got != http.StatusNoContent {
		t.Fatalf("the clock is answered %d", got)
	}
	if got := weeksIn(t, address); got != weeks+1 {
		t.Errorf("by Monday %d weekly summaries stand in the group, before it %d", got, weeks)
	}
	body := `{"chat":"english","key":"key-00000001","text":"/saar"}`
	if got := post(t, address, "/api/say?as=english", body); got != http.StatusOK {
		t.Errorf("saying is answered %d", got)
	}
}

// The fortnight holds an alert's whole life, each step of it where the person concerned sees it.
func TestDemoShowsAnAlertsWholeLife(t *testing.T) {
	address := playing(t)
	for _, c := range []struct {
		what, person, chat string
		words              []string
	}{
		{"the guard stops a house number", "officer", "officer", []string{"een huisnummer van een woning", "Grachtweg 31"}},
		{"a colleague is asked to look", "opco", "opco", []string{"Mark Visser wil deze melding versturen"}},
		{"and lets it go", "opco", "opco", []string{"Dank je wel. Melding 4 gaat nu door"}},
		{"how far it is", "officer", "officer", []string{"bezorgd bij", "Doorgezet naar groepen met samen 99 leden"}},
		{"thanks for passing on", "admin", "admin", []string{"Dank je wel voor het doorzetten"}},
		{"a text to forward", "admin", "admin", []string{"Jongen van 6", "Politie, team Bollenstreek", "Geldig tot"}},
		{"a tip in answer", "admin", "beheerders-lisse", []string{"Ik zie hem lopen bij de eendenvijver"}},
		{"the call line at once", "admin", "beheerders-lisse", []string{"Bel dit meteen door", "112"}},
		{"a reminder of passing on", "opco", "beheerders-noordwijk", []string{"Zet je deze melding door naar je buurtgroep?", "Doorgezet"}},
		{"how it ended", "admin", "beheerders-lisse", []string{"Hoe het afliep", "Jongen van 6"}},
		{"the outcome passed on", "opco", "beheerders-noordwijk", []string{"Dank je wel voor het doorzetten van melding 3"}},
	} {
		var all strings.Builder
		found := false
		for _, m := range chatOf(t, address, c.person, c.chat) {
			text := m.Body.String()
			for _, choice := range m.Choices {
				text += "\n[" + choice.Caption + "]"
			}
			has := true
			for _, w := range c.words {
				has = has && strings.Contains(text, w)
			}
			found = found || has
			all.WriteString(text + "\n--\n")
		}
		if !found {
			t.Errorf("%s: %s never sees %q in:\n%s", c.what, c.person, c.words, all.String())
		}
	}
}

// weeksIn is how many weekly summaries stand in Lisse's admin group.
func weeksIn(t *testing.T, address string) int {
	t.Helper()
	n := 0
	for _, m := range chatOf(t, address, "admin", "beheerders-lisse") {
		if m.From == "" && strings.HasPrefix(m.Body.String(), "Weekoverzicht van Lisse") {
			n++
		}
	}
	return n
}
