package webchat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// pingEvery keeps proxies from closing a stream on which nothing happens.
const pingEvery = 20 * time.Second

// line is a chat in the list of chats.
type line struct {
	ID      string   `json:"id"`
	Kind    string   `json:"kind"`
	Title   string   `json:"title,omitempty"`
	Members []string `json:"members,omitempty"` // names
	Writes  bool     `json:"writes"`
	Left    bool     `json:"left,omitempty"`
	Unread  int      `json:"unread"`
	Read    int64    `json:"read"`  // the last ID that was read
	First   int64    `json:"first"` // ID of the oldest message that the page was given at first; 0: there are none before
}

// state is what a page shows beside the messages.
type state struct {
	Chats  []line  `json:"chats"`
	People []phone `json:"people,omitempty"` // on a stage: whom one can be
	Ahead  int64   `json:"ahead"`            // milliseconds that the town's clock is ahead: when it is put forward the page hears of it
}

// stream is one open page.
type stream struct {
	w    *Webchat
	out  http.ResponseWriter
	rc   *http.ResponseController
	r    *http.Request
	me   Person
	lang string
	rev  int64
	last []byte // the state that the page has
}

// events follows a person's chats, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
// "reset" (forget everything), "message" (a message as it is now), "clock" (the time, in UTC milliseconds), "state", and "ready" after what there was at first.
// The id of an event says where to go on after a dropped connection.
func (w *Webchat) events(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok {
		return
	}
	several := maxOfOne
	if w.cfg.Stage != nil {
		several = maxStreams
	}
	leave, ok := w.doors.mayFollow(me.ID, several)
	if !ok {
		http.Error(out, "too many pages are open", http.StatusTooManyRequests)
		return
	}
	defer leave()
	changed, stop := w.book.watch()
	defer stop()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()

	h := out.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	s := &stream{w: w, out: out, rc: http.NewResponseController(out), r: r, me: me, lang: w.language(r)}
	if err := s.begin(); err != nil { //nolint:contextcheck // the stream has the request, and with it its context
		return
	}
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-changed:
			err = s.push(false) //nolint:contextcheck // the stream has the request, and with it its context
		case <-ping.C:
			err = s.write([]byte(": still here\n\n"))
		}
		if err != nil {
			return
		}
	}
}

// begin goes on after the last event that the page saw, if that was of this book.
func (s *stream) begin() error {
	last := s.r.Header.Get("Last-Event-ID")
	if last == "" {
		last = s.r.URL.Query().Get("since")
	}
	epoch, rev, _ := strings.Cut(last, ".")
	n, err := strconv.ParseInt(rev, 10, 64)
	var out bytes.Buffer
	out.WriteString("retry: 1000\n\n")
	s.w.book.mu.Lock()
	known := err == nil && epoch == s.w.book.epoch && n > 0 && n <= s.w.book.rev
	s.w.book.mu.Unlock()
	if known {
		s.rev = n
	} else {
		out.WriteString("event: reset\ndata: {}\n\n")
	}
	if err := s.write(out.Bytes()); err != nil {
		return err
	}
	return s.push(true)
}

// push sends what changed: the state first, so that a message's chat is known.
func (s *stream) push(first bool) error {
	var out bytes.Buffer
	now, err := s.state()
	if err != nil {
		return err
	}
	if !bytes.Equal(now, s.last) {
		fmt.Fprintf(&out, "event: clock\ndata: %d\n\nevent: state\ndata: %s\n\n", s.w.cfg.Clock.Now().UnixMilli(), now)
		s.last = now
	}
	changed, rev, err := s.w.book.since(s.r.Context(), s.w.chatsOf(s.me), s.rev)
	if err != nil {
		return err
	}
	for _, m := range changed {
		data, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("webchat: %w", err)
		}
		fmt.Fprintf(&out, "event: message\nid: %s.%d\ndata: %s\n\n", s.w.book.epoch, m.Rev, data)
	}
	s.rev = rev
	if first {
		out.WriteString("event: ready\ndata: {}\n\n")
	}
	return s.write(out.Bytes())
}

func (s *stream) write(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	_ = s.rc.SetWriteDeadline(s.w.now().Add(writeTimeout)) // a recorder in a test has none
	if _, err := s.out.Write(data); err != nil {
		return err
	}
	return s.rc.Flush()
}

// state is the state as it is now.
func (s *stream) state() ([]byte, error) {
	out := state{Chats: []line{}}
	for _, c := range s.w.cfg.Town.Chats(s.me.ID) {
		g, err := s.w.book.glance(s.r.Context(), c.ID, s.me.ID)
		if err != nil {
			return nil, err
		}
		member, _ := c.Member(s.me.ID)
		l := line{
			ID: c.ID, Kind: string(c.Kind), Title: title(c), Writes: !member.Reads && !c.Left, Left: c.Left,
			Unread: g.unread, Read: g.read, First: g.first,
		}
		for _, m := range c.Members {
			if p, ok := s.w.cfg.Town.Person(m.Person); ok && c.Title != "" {
				l.Members = append(l.Members, p.Name)
			}
		}
		out.Chats = append(out.Chats, l)
	}
	if stage := s.w.cfg.Stage; stage != nil {
		out.Ahead = stage.Ahead().Milliseconds()
		for _, p := range stage.People() {
			card := s.w.phone(p, s.lang)
			for _, c := range s.w.cfg.Town.Chats(p.ID) {
				g, err := s.w.book.glance(s.r.Context(), c.ID, p.ID)
				if err != nil {
					return nil, err
				}
				card.Unread += g.unread
			}
			out.People = append(out.People, card)
		}
	}
	return json.Marshal(out)
}
