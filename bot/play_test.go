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
