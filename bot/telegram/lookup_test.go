package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// put adds updates with these contents, numbered on.
func (m *minimal) put(contents ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range contents {
		n := m.first + len(m.updates)
		m.updates = append(m.updates, fmt.Sprintf(`{"update_id":%d,%s}`, n, strings.ReplaceAll(c, "#", fmt.Sprint(n))))
	}
}

// collected keeps every message that was received.
type collected struct {
	mu sync.Mutex
	in []messages.Inbound
}

func (c *collected) receive(_ context.Context, in messages.Inbound) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in = append(c.in, in)
	return nil
}

func (c *collected) wait(t *testing.T, n int) []messages.Inbound {
	t.Helper()
	var out []messages.Inbound
	eventually(t, fmt.Sprintf("%d messages", n), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		out = append([]messages.Inbound{}, c.in...)
		return len(out) >= n
	})
	return out
}

func TestPrivatePhotosAreFetched(t *testing.T) {
	server := newMinimal(t)
	var most, now atomic.Int32
	server.scripted(func(w http.ResponseWriter, r *http.Request, method string) bool {
		switch {
		case method == "getFile":
			fmt.Fprintf(w, `{"ok":true,"result":{"file_id":"x","file_path":"photos/%s"}}`, r.FormValue("file_id"))
		case strings.HasPrefix(r.URL.Path, "/file/bot"+token+"/photos/"):
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Millisecond) //nolint:forbidigo // a slow server: the fetches overlap
			defer now.Add(-1)
			switch method {
			case "gone":
				w.WriteHeader(http.StatusNotFound)
			case "huge":
				_, _ = w.Write(make([]byte, maxPhoto+1))
			default:
				fmt.Fprint(w, "JPEG ", method)
			}
		default:
			return false
		}
		return true
	})
	photo := func(file, size string) string {
		return `"message":{"message_id":#,` + anna + `,` + home + `,` + date + `,"photo":[{"file_id":"` + file + `","width":9,"height":9,"file_size":` + size + `}]}`
	}
	server.put(photo("gone", "5"), photo("huge", "0"), photo("toolarge", "10485761"), `"message":{"message_id":#,`+anna+`,`+home+`,`+date+`,"text":"between"}`)
	for i := range 12 {
		server.put(photo(fmt.Sprint(i), "5"))
	}
	server.put(`"message":{"message_id":#,` + anna + `,` + lisse + `,` + date + `,"photo":[{"file_id":"group","width":9,"height":9}]}`)
	tg, log := adapterAt(t, server.URL)
	var c collected
	running(t, tg, c.receive)
	in := c.wait(t, 17)
	for i, m := range in {
		switch {
		case i < 3 && (m.Photo == nil || m.Photo.Data != nil):
			t.Errorf("photo %d has data", i)
		case i == 3 && m.Text != "between":
			t.Errorf("out of order: %+v", m)
		case i > 3 && i < 16 && !bytes.Equal(m.Photo.Data, fmt.Append(nil, "JPEG ", i-4)):
			t.Errorf("photo %d has %q", i, m.Photo.Data)
		case i == 16 && (m.Photo.Data != nil || m.Photo.File != "group"):
			t.Errorf("the group's photo: %+v", m.Photo)
		}
	}
	if n := most.Load(); n > photosAhead {
		t.Errorf("%d photos were fetched at once", n)
	}
	if n := strings.Count(log.String(), "could not be fetched"); n != 3 {
		t.Errorf("%d failures in the log, want 3:\n%s", n, log)
	}
}

func TestWhoIsAnAdministrator(t *testing.T) {
	server := newMinimal(t)
	var asked atomic.Int32
	server.scripted(func(w http.ResponseWriter, r *http.Request, method string) bool {
		if method != "getChatMember" {
			return false
		}
		asked.Add(1)
		switch r.FormValue("user_id") {
		case "7":
			fmt.Fprint(w, `{"ok":true,"result":{"status":"creator","user":{"id":7}}}`)
		case "8":
			fmt.Fprint(w, `{"ok":true,"result":{"status":"member","user":{"id":8}}}`)
		default:
			fmt.Fprint(w, `{"ok":true,"result":{"status":"something new"}}`)
		}
		return true
	})
	from := func(id int) string { return fmt.Sprintf(`"from":{"id":%d,"first_name":"P"}`, id) }
	command := func(id int) string {
		return `"message":{"message_id":#,` + from(id) + `,` + lisse + `,` + date + `,"text":"/link"}`
	}
	server.put(command(7), command(8), command(9), command(7),
		`"callback_query":{"id":"#","data":"x",`+from(7)+`,"message":{"message_id":3,`+lisse+`}}`,
		`"message":{"message_id":#,`+from(7)+`,`+lisse+`,`+date+`,"text":"just talk"}`,
		`"message":{"message_id":#,`+from(7)+`,`+home+`,`+date+`,"text":"/start"}`)
	tg, _ := adapterAt(t, server.URL)
	var c collected
	running(t, tg, c.receive)
	in := c.wait(t, 7)
	for i, want := range []bool{true, false, false, true, true, false, false} {
		if in[i].From.ChatAdmin != want {
			t.Errorf("message %d: administrator %t, want %t", i, in[i].From.ChatAdmin, want)
		}
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("Telegram was asked %d times, want 3", n)
	}
}

func TestBreaker(t *testing.T) {
	var b breaker
	now := time.Unix(1000, 0)
	b.after(&netError{Code: "network"}, now)
	b.after(errors.New("x"), now)
	if b.open(now) {
		t.Error("open after a quick failure")
	}
	b.after(&netError{Code: "timeout"}, now)
	if !b.open(now.Add(breakFor-1)) || b.open(now.Add(breakFor)) {
		t.Error("not open for as long as it should")
	}
}

func TestTapsAreAnsweredBeforeTheyAreReceived(t *testing.T) {
	server := newMinimal(t)
	answered := make(chan string, 4)
	server.scripted(func(w http.ResponseWriter, r *http.Request, method string) bool {
		if method != "answerCallbackQuery" {
			return false
		}
		answered <- r.FormValue("callback_query_id")
		fmt.Fprint(w, `{"ok":true,"result":true}`)
		return true
	})
	server.put(`"callback_query":{"id":"q#","data":"x",` + anna + `,"message":{"message_id":3,` + home + `}}`)
	tg, _ := adapterAt(t, server.URL)
	got := make(chan string, 1)
	running(t, tg, func(_ context.Context, in messages.Inbound) error {
		select {
		case id := <-answered:
			got <- in.Tapped + " " + id
		case <-time.After(5 * time.Second):
			got <- "never answered"
		}
		return nil
	})
	if s := <-got; s != "x q100" {
		t.Error(s)
	}
}

func TestWebhookIsRemovedOnlyWhereOneIsSet(t *testing.T) {
	for _, set := range []string{"", "https://other.example/hook/secret-path"} {
		server := newMinimal(t)
		var deleted atomic.Int32
		server.scripted(func(w http.ResponseWriter, _ *http.Request, method string) bool {
			switch method {
			case "getWebhookInfo":
				fmt.Fprintf(w, `{"ok":true,"result":{"url":%q,"pending_update_count":3}}`, set)
			case "deleteWebhook":
				deleted.Add(1)
				w.WriteHeader(http.StatusInternalServerError) // and failing is tolerated
			default:
				return false
			}
			return true
		})
		tg, log := adapterAt(t, server.URL)
		var h heard
		stop := running(t, tg, h.receive)
		eventually(t, "ready", tg.Ready)
		stop()
		if (deleted.Load() == 1) != (set != "") || strings.Contains(log.String(), "secret-path") {
			t.Errorf("webhook %q: deleted %d times, log\n%s", set, deleted.Load(), log)
		}
		var said []string
		for _, f := range tg.Check(t.Context()) {
			said = append(said, fmt.Sprint(f.OK, " ", f.Text))
		}
		all := strings.Join(said, "\n")
		if strings.Contains(all, "other.example") != (set != "") || strings.Contains(all, "secret-path") || !strings.Contains(all, "true 3 messages wait") {
			t.Errorf("webhook %q: findings\n%s", set, all)
		}
	}
}

func TestConnectsOnceTelegramCanBeReached(t *testing.T) {
	server := newMinimal(t)
	var tries atomic.Int32
	server.scripted(func(w http.ResponseWriter, _ *http.Request, method string) bool {
		if method != "getMe" || tries.Add(1) > 2 {
			return false
		}
		panic(http.ErrAbortHandler)
	})
	server.say("a")
	tg, _ := adapterAt(t, server.URL)
	var h heard
	running(t, tg, h.receive)
	eventually(t, "connected", func() bool { return h.all() == "a" })
}
