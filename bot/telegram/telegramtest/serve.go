package telegramtest

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// told is a result with words beside it, as setWebhook gives them.
type told struct {
	result any
	words  string
}

// ServeHTTP answers one call of the bot's: /bot<token>/<method>, or /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.download(w, r, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, found := strings.Cut(rest, "/")
	switch {
	case !ok || !found || !strings.Contains(token, ":"):
		write(w, nil, notFound())
		return
	case token != s.token:
		write(w, nil, &failure{code: 401, words: "Unauthorized"})
		return
	}
	c, err := read(r, name)
	if cut(err) {
		panic(http.ErrAbortHandler) // the bot was killed while it asked
	}
	if err != nil {
		s.errorf("%s: the request can't be read: %v", name, err)
		write(w, nil, badRequest("can't parse the request"))
		return
	}
	fault := s.called(c)
	if fault != nil && !fault.before(s, w, r) {
		return
	}
	result, err := s.do(c)
	if r.Context().Err() != nil {
		return // nobody listens any more
	}
	if fault != nil && !fault.after(s, r) {
		return
	}
	write(w, result, err)
}

// cut tells whether a request broke off: that is nobody's mistake.
func cut(err error) bool {
	var broken *net.OpError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken)
}

// do performs a call.
func (s *Server) do(c *call) (any, error) {
	m, ok := s.methods[strings.ToLower(c.method)] // Telegram takes any case
	if !ok {
		s.errorf("the stand-in knows no method %q", c.method)
		return nil, &failure{code: 404, words: "Not Found: method not found"}
	}
	for name := range c.fields {
		if !m.fields[name] {
			s.errorf("%s has no field %q", c.method, name)
			return nil, badRequest("unknown field %q", name)
		}
	}
	result, err := m.do(s, c)
	for _, words := range c.reports {
		s.errorf("%s: %s", c.method, words)
	}
	return result, err
}

func write(w http.ResponseWriter, result any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		var refusal *failure
		if !errors.As(err, &refusal) {
			refusal = &failure{code: 500, words: "Internal Server Error: " + err.Error()}
		}
		body, _ := json.Marshal(refusal.wire())
		w.WriteHeader(refusal.code)
		_, _ = w.Write(body)
		return
	}
	words := ""
	if t, ok := result.(told); ok {
		result, words = t.result, t.words
	}
	raw, err := json.Marshal(result)
	if err != nil {
		write(w, nil, err)
		return
	}
	body := make([]byte, 0, len(raw)+len(words)+48)
	body = append(append(body, `{"ok":true,"result":`...), raw...)
	if words != "" {
		body = append(append(append(body, `,"description":"`...), words...), '"')
	}
	_, _ = w.Write(append(body, '}'))
}
