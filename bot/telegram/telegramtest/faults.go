package telegramtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Trouble is what happens to a call instead of, before or after its effect.
type Trouble struct {
	refusal   *failure
	page      int // HTTP status of a page that is not the API's
	drop      bool
	dropAfter bool
	slow      time.Duration
	slowAfter time.Duration
}

// Refuse answers with an error of the API's: its code and its words, for instance 400 and "Bad Request: chat not found".
func Refuse(code int, words string) Trouble {
	return Trouble{refusal: &failure{code: code, words: words}}
}

// TooMany answers 429 and tells to come back after that many seconds.
func TooMany(seconds int) Trouble { return Trouble{refusal: tooMany(seconds)} }

// Page answers with this HTTP status and a page of HTML, as a proxy before a failing server does.
func Page(status int) Trouble { return Trouble{page: status} }

// DropBefore closes the connection and does nothing.
func DropBefore() Trouble { return Trouble{drop: true} }

// DropAfter does what was asked and closes the connection without an answer.
func DropAfter() Trouble { return Trouble{dropAfter: true} }

// Slow waits before it does what was asked. Who hangs up meanwhile has asked for nothing.
func Slow(d time.Duration) Trouble { return Trouble{slow: d} }

// SlowAnswer does what was asked and answers after a while.
func SlowAnswer(d time.Duration) Trouble { return Trouble{slowAfter: d} }

// Fault is trouble with some calls. The zero values match every call, once.
type Fault struct {
	Method string // of the API; "send" stands for all that send; empty: all but getUpdates
	Chat   int64  // 0: all
	Skip   int    // so many calls go well before
	Times  int    // so many calls go wrong; 0: one, -1: all that come
	Trouble

	server  *Server
	seen    int
	hit     int
	stopped bool
}

// Fail sets a fault and gives it back, to look at and to end. Where several match, the one set first counts.
func (s *Server) Fail(f Fault) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.server = s
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
	return &f
}

// Hits is how many calls went wrong by it.
func (f *Fault) Hits() int {
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	return f.hit
}

// Stop ends it.
func (f *Fault) Stop() {
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	f.stopped = true
}

// faultFor gives the fault that a call runs into; the lock is held.
func (s *Server) faultFor(c *call) *Fault {
	for _, f := range s.faults {
		if f.stopped || (f.Times >= 0 && f.hit >= f.Times) || !f.matches(c) {
			continue
		}
		f.seen++
		if f.seen > f.Skip {
			f.hit++
			s.ring()
			return f
		}
	}
	return nil
}

func (f *Fault) matches(c *call) bool {
	switch {
	case f.Chat != 0 && c.fields["chat_id"] != fmt.Sprint(f.Chat):
		return false
	case f.Method == "":
		return c.method != "getUpdates"
	case f.Method == "send":
		return strings.HasPrefix(c.method, "send")
	}
	return strings.EqualFold(f.Method, c.method)
}

// before does what comes before the effect; it is false when there is to be none.
func (f *Fault) before(s *Server, w http.ResponseWriter, r *http.Request) bool {
	switch {
	case f.drop:
		panic(http.ErrAbortHandler)
	case f.page != 0:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.page)
		fmt.Fprintf(w, "<html>\r\n<head><title>%d %s</title></head>\r\n<body><center><h1>%[1]d %[2]s</h1></center></body>\r\n</html>\r\n",
			f.page, http.StatusText(f.page))
		return false
	case f.refusal != nil:
		write(w, nil, f.refusal)
		return false
	}
	return s.pause(r, f.slow)
}

// after does what comes between the effect and the answer; it is false when there is to be none.
func (f *Fault) after(s *Server, r *http.Request) bool {
	if f.dropAfter {
		panic(http.ErrAbortHandler)
	}
	return s.pause(r, f.slowAfter)
}

// pause waits; it is false when nobody waits with it any more.
func (s *Server) pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
	return false
}
