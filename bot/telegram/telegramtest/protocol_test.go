package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// reported collects what would fail a test.
type reported struct {
	mu   sync.Mutex
	said []string
}

func (r *reported) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *reported) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.said, "\n")
}

func started(t *testing.T, options ...Option) (*Server, *reported) {
	t.Helper()
	r := &reported{}
	s, err := Start(r, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, r
}

// answer is what came back for a call that was written by hand.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// by posts a form; fields are "name=value".
func by(s *Server, method string, fields ...string) (answer, error) {
	form := url.Values{}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		form.Set(name, value)
	}
	resp, err := http.PostForm(s.URL()+"/bot"+s.Token()+"/"+method, form)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return answer{}, fmt.Errorf("%s: %s", resp.Status, body)
	}
	if !a.OK && resp.StatusCode != a.Code {
		return a, fmt.Errorf("status %d with error_code %d", resp.StatusCode, a.Code)
	}
	return a, nil
}

func form(t *testing.T, s *Server, method string, fields ...string) answer {
	t.Helper()
	a, err := by(s, method, fields...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return a
}

// numbers are the update_ids of a getUpdates.
func numbers(t *testing.T, s *Server, fields ...string) []int {
	t.Helper()
	a := form(t, s, "getUpdates", fields...)
	var list []struct {
		ID int `json:"update_id"`
	}
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatalf("getUpdates: %+v", a)
	}
	out := make([]int, len(list))
	for i, u := range list {
		out[i] = u.ID - firstUpdate
	}
	return out
}

func TestOffsets(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	for i := range 120 {
		anna.Says(fmt.Sprint(i))
	}
	at := func(n int) string { return fmt.Sprintf("offset=%d", firstUpdate+n) }
	for _, c := range []struct {
		fields      []string
		first, last int // -1: nothing
	}{
		{nil, 0, 99},
		{nil, 0, 99}, // nothing was confirmed
		{[]string{"limit=3"}, 0, 2},
		{[]string{"limit=1000"}, 0, 99},
		{[]string{at(5), "limit=2"}, 5, 6},
		{[]string{"limit=1"}, 5, 5},              // 0 to 4 are gone
		{[]string{at(3), "limit=1"}, 5, 5},       // and stay gone
		{[]string{at(500), "limit=1"}, 5, 5},     // too far ahead to mean these
		{[]string{"offset=-10"}, 110, 119},       // all but the last ten are gone
		{[]string{"limit=1"}, 110, 110},          //
		{[]string{at(119)}, 119, 119},            //
		{[]string{at(120), "timeout=0"}, -1, -1}, // all are confirmed
		{[]string{"offset=-1"}, -1, -1},
	} {
		got := numbers(t, s, c.fields...)
		switch {
		case c.first < 0 && len(got) != 0, c.first >= 0 && (len(got) != c.last-c.first+1 || got[0] != c.first || got[len(got)-1] != c.last):
			t.Errorf("getUpdates %v gave %v, want %d to %d", c.fields, got, c.first, c.last)
		}
	}
	s.RenumberUpdates(firstUpdate - 1000)
	anna.Says("a quiet week later")
	if got := numbers(t, s, at(120)); !slices.Equal(got, []int{-1000}) {
		t.Errorf("renumbered: %v", got)
	}
}

func TestLongPoll(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	type result struct {
		a   answer
		err error
	}
	polls := make(chan result, 2)
	start := func() {
		go func() { a, err := by(s, "getUpdates", "timeout=30"); polls <- result{a, err} }()
		s.Wait("the poll waits", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.queue.poll != nil
		})
	}
	start()
	anna.Says("hi")
	if r := <-polls; r.err != nil || !strings.Contains(string(r.a.Result), `"hi"`) {
		t.Errorf("polled %+v", r)
	}
	form(t, s, "getUpdates", "offset=-1")
	form(t, s, "getUpdates", fmt.Sprintf("offset=%d", firstUpdate+1))
	start()
	s.mu.Lock()
	first := s.queue.poll
	s.mu.Unlock()
	go func() { a, err := by(s, "getUpdates", "timeout=30"); polls <- result{a, err} }()
	if r := <-polls; r.a.Code != 409 || r.a.Description != "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running" {
		t.Errorf("the first of two polls got %+v", r)
	}
	s.Wait("the other poll waits", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.queue.poll != nil && s.queue.poll != first
	})
	if a := form(t, s, "setWebhook", "url=http://127.0.0.1:1/hook"); !a.OK || a.Description != "Webhook was set" {
		t.Errorf("setWebhook: %+v", a)
	}
	if r := <-polls; r.a.Code != 409 || r.a.Description != "Conflict: terminated by setWebhook request" {
		t.Errorf("the poll under way got %+v", r)
	}
	if a := form(t, s, "getUpdates"); a.Code != 409 || !strings.HasPrefix(a.Description, "Conflict: can't use getUpdates method while webhook is active") {
		t.Errorf("with a webhook: %+v", a)
	}
}

func TestAllowedUpdates(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	form(t, s, "getUpdates", `allowed_updates=["callback_query"]`)
	anna.Says("unheard")
	form(t, s, "getUpdates") // the list stays
	anna.Says("unheard")
	if n := s.Pending(); n != 0 {
		t.Errorf("%d updates wait", n)
	}
	form(t, s, "getUpdates", `allowed_updates=[]`)
	anna.Says("heard")
	if n := s.Pending(); n != 1 {
		t.Errorf("%d updates wait, want 1", n)
	}
}

// TestFormsOfRequests tries each way in which a call may be written.
func TestFormsOfRequests(t *testing.T) {
	s := New(t)
	id := s.Person("Anna").Knows().ID()
	base := s.URL() + "/bot" + s.Token() + "/"
	post := func(kind, body string) (*http.Response, error) {
		return http.Post(base+"SENDMESSAGE", kind, strings.NewReader(body))
	}
	for name, do := range map[string]func() (*http.Response, error){
		"query": func() (*http.Response, error) {
			return http.Get(fmt.Sprintf("%ssendMessage?chat_id=%d&text=hi", base, id))
		},
		"form": func() (*http.Response, error) {
			return post("application/x-www-form-urlencoded", fmt.Sprintf("chat_id=%d&text=hi", id))
		},
		"JSON": func() (*http.Response, error) {
			return post("application/json; charset=utf-8", fmt.Sprintf(`{"chat_id":%d,"text":"hi","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}}`, id))
		},
		"JSON in JSON": func() (*http.Response, error) {
			return post("application/json", fmt.Sprintf(`{"chat_id":"%d","text":"hi","reply_markup":"{\"remove_keyboard\":true}","entities":null}`, id))
		},
		"multipart": func() (*http.Response, error) {
			return post("multipart/form-data; boundary=x", fmt.Sprintf("--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n%d\r\n"+
				"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--x--\r\n", id))
		},
	} {
		resp, err := do()
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.Contains(string(body), `"text":"hi"`) || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s %s", name, resp.Status, body)
		}
	}
}
