package webchat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

func TestStreamGoesOnWhereItEnded(t *testing.T) {
	b := open(t, true)
	b.sends(to("anna", "one", "k1"))
	first := b.sends(to("group", "two", "k2"))
	b.sends(to("bob", "not hers", "k3"))
	f := b.follow("/api/events?as=anna", "")
	if got, reset := f.until("ready"); !slices.Equal(got, []string{"one", "two"}) || !reset {
		t.Fatalf("at first came %q, reset %v", got, reset)
	}
	b.sends(to("anna", "three", "k4"))
	if got, _ := f.until("message"); !slices.Equal(got, []string{"three"}) {
		t.Fatalf("live came %q", got)
	}

	// the connection drops, and something happens meanwhile
	f.stop()
	b.sends(to("anna", "four", "k5"))
	edit := to("group", "two, edited", "k6")
	edit.Action, edit.Target = messages.Edit, first.ID
	b.sends(edit)
	g := b.follow("/api/events?as=anna", f.last)
	if got, reset := g.until("ready"); !slices.Equal(got, []string{"four", "two, edited"}) || reset {
		t.Errorf("after the break came %q, reset %v", got, reset)
	}
	again := b.follow("/api/events?as=anna&since="+g.last, "")
	if got, reset := again.until("ready"); len(got) != 0 || reset {
		t.Errorf("where nothing happened came %q, reset %v", got, reset)
	}

	// the server was started anew
	other := b.follow("/api/events?as=anna", "otherone.2")
	if got, reset := other.until("ready"); !slices.Equal(got, []string{"one", "three", "four", "two, edited"}) || !reset {
		t.Errorf("from another book came %q, reset %v", got, reset)
	}
}

func TestStreamLosesAndDoublesNothing(t *testing.T) {
	b := open(t, true)
	const all = 300
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range all {
			b.sends(to([]string{"anna", "group"}[i%2], fmt.Sprint(i), fmt.Sprint("k", i)))
		}
	})
	seen := map[string]int{}
	for last := ""; len(seen) < all; {
		f := b.follow("/api/events?as=anna", last)
		got, _ := f.until("ready")
		if f.last == "" {
			f.last = last
		}
		for _, text := range got {
			seen[text]++
		}
		f.stop()
		last = f.last
	}
	writing.Wait()
	for text, n := range seen {
		if n != 1 {
			t.Errorf("message %s came %d times", text, n)
		}
	}
}

func TestUnread(t *testing.T) {
	b := open(t, true)
	b.sends(to("group", "one", "k1"))
	b.sends(to("group", "two", "k2"))
	unread := func(as string) (n int) {
		f := b.follow("/api/events?as="+as, "")
		defer f.stop()
		for e := range f.events {
			if e.name != "state" {
				continue
			}
			var s state
			if err := json.Unmarshal([]byte(e.data), &s); err != nil {
				t.Fatal(err)
			}
			for _, c := range s.Chats {
				n += c.Unread
			}
			return n
		}
		return -1
	}
	if got := unread("anna"); got != 2 {
		t.Errorf("anna has %d unread, not 2", got)
	}
	if got := b.status(http.MethodPost, "/api/read?as=anna", `{"chat":"group","id":1}`); got != http.StatusNoContent {
		t.Errorf("reading is answered %d", got)
	}
	if got := b.status(http.MethodPost, "/api/read?as=anna", `{"chat":"bob","id":1}`); got != http.StatusForbidden {
		t.Errorf("reading somebody else's chat is answered %d", got)
	}
	if a, o := unread("anna"), unread("bob"); a != 1 || o != 2 {
		t.Errorf("anna has %d unread and bob %d, not 1 and 2", a, o)
	}
	b.status(http.MethodPost, "/api/say?as=bob", `{"chat":"group","key":"`+key+`","text":"hi"}`)
	if a, o := unread("anna"), unread("bob"); a != 2 || o != 0 {
		t.Errorf("after bob spoke anna has %d unread and bob %d, not 2 and 0", a, o)
	}
}

func TestEarlier(t *testing.T) {
	b := open(t, true)
	for i := range 2*firstPage + 50 {
		b.sends(to("anna", fmt.Sprint(i+1), fmt.Sprint("k", i)))
	}
	f := b.follow("/api/events?as=anna", "")
	got, _ := f.until("ready")
	if len(got) != firstPage || got[0] != "251" {
		t.Fatalf("at first came %d messages from %s", len(got), got[0])
	}
	for _, c := range []struct {
		before, first string
		n             int
		more          bool
	}{{"251", "51", firstPage, true}, {"51", "1", 50, false}} {
		var page struct {
			Messages []Message
			More     bool
		}
		res := b.do(http.MethodGet, "/api/earlier?as=anna&chat=anna&before="+c.before, "")
		err := json.NewDecoder(res.Body).Decode(&page)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Messages) != c.n || page.Messages[0].Body.String() != c.first || page.More != c.more {
			t.Errorf("before %s: %d messages from %s, more %v", c.before, len(page.Messages), page.Messages[0].Body.String(), page.More)
		}
	}
	if got := b.status(http.MethodGet, "/api/earlier?as=bob&chat=anna&before=9", ""); got != http.StatusForbidden {
		t.Errorf("somebody else's chat is answered %d", got)
	}
}

// diary is a Journal in memory, that outlives a Webchat.
type diary struct {
	mu     sync.Mutex
	all    map[string]map[int64]Message
	photos map[string][]byte
	broken bool
}

var errDiary = errors.New("the diary is closed")

func (d *diary) Last(context.Context) (last int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, chat := range d.all {
		for _, m := range chat {
			last = max(last, m.Rev)
		}
	}
	return last, nil
}

func (d *diary) Load(_ context.Context, chat string) ([]Message, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Message
	for _, m := range d.all[chat] {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Message) int { return int(a.ID - b.ID) })
	return out, nil
}

func (d *diary) Save(_ context.Context, m Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errDiary
	}
	if d.all[m.Chat] == nil {
		d.all[m.Chat] = map[int64]Message{}
	}
	d.all[m.Chat][m.ID] = m
	return nil
}

func (d *diary) Photo(_ context.Context, key string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.photos[key]; ok {
		return p, nil
	}
	return nil, errDiary
}

func (d *diary) SavePhoto(_ context.Context, key string, jpeg []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.photos[key] = jpeg
	return nil
}

func TestJournalKeepsAVisitorsChatOverARestart(t *testing.T) {
	d := &diary{all: map[string]map[int64]Message{}, photos: map[string][]byte{}}
	journal := func(c *Config) { c.Journal = d }
	b := open(t, false, journal)
	me := b.cookieOf()
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	me(r)
	id := visitor(r)
	if got := b.status(http.MethodPost, "/api/say", `{"chat":"`+id+`","key":"`+key+`","text":"/saar"}`, me); got != http.StatusOK {
		t.Fatalf("saying is answered %d", got)
	}
	m := to(id, "the steps", "k1")
	m.Photo = &messages.Photo{Data: snapshot(t)}
	sent := b.sends(m)

	// a message that can't be kept isn't shown, and comes again
	d.broken = true
	if e := b.refused(to(id, "lost?", "k2")); !e.Retry {
		t.Errorf("what could not be kept: %+v", e)
	}
	d.broken = false

	c := open(t, false, journal)
	f := c.follow("/api/events", "", me)
	if got, _ := f.until("ready"); !slices.Equal(got, []string{"/saar", "the steps"}) {
		t.Errorf("after the restart came %q", got)
	}
	if got := c.status(http.MethodPost, "/api/say", `{"chat":"`+id+`","key":"`+key+`","text":"/saar"}`, me); got != http.StatusOK || len(c.received()) != 0 {
		t.Errorf("a repeat over the restart is answered %d and reached the bot %d times", got, len(c.received()))
	}
	if got := c.status(http.MethodGet, "/photo/"+sent.PhotoFile, "", me); got != http.StatusOK {
		t.Errorf("the photo is answered %d", got)
	}
	c.sends(to(id, "lost?", "k2"))
	if got, _ := f.until("message"); !reflect.DeepEqual(got, []string{"lost?"}) {
		t.Errorf("live after the restart came %q", got)
	}
	if got := c.texts(id); strings.Count(got, "|") != 2 {
		t.Errorf("the chat has %q", got)
	}
}
