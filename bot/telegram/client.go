package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"time"
)

// Times of the network, in real time.
const (
	callTimeout = 10 * time.Second // a small call that isn't a send
	dialTimeout = 5 * time.Second
)

// maxAnswer is more than 100 updates can weigh.
const maxAnswer = 32 << 20

// client is the library's HttpClient. It keeps the long poll apart from everything else, bounds the connections, turns
// every answer that isn't a success into an apiError or a netError before the library can put its body into an error,
// and hands getUpdates to poll, so that the library only ever sees updates that were received.
type client struct {
	token string
	calls *http.Client
	polls *http.Client
	poll  atomic.Pointer[poller] // of the Run under way
}

func newClient(token string) *client {
	return &client{token: token, calls: newHTTP(workers + 4), polls: newHTTP(2)} // 4: taps answered and photos fetched beside the sends
}

// newHTTP makes a client with at most this many connections. HTTP/1.1 only: on HTTP/2 every call shares one connection,
// which can go silent for all at once. Time-outs come with each request's context.
func newHTTP(connections int) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
			TLSHandshakeTimeout: dialTimeout,
			MaxIdleConns:        connections,
			MaxIdleConnsPerHost: connections,
			MaxConnsPerHost:     connections,
			IdleConnTimeout:     time.Minute, // before the server hangs up, as far as can be: a send on a closing connection has an unknown outcome
			Protocols:           protocols,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Do performs one call for the library.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	if err := buffer(req); err != nil {
		return nil, &netError{Method: method, Code: "request", Cause: "the request could not be built"}
	}
	if method == "getUpdates" {
		p := c.poll.Load()
		if p == nil {
			return nil, context.Canceled // the library's loop outlived its Run
		}
		return p.answer(req)
	}
	result, err := c.call(c.calls, req)
	if err != nil {
		return nil, err
	}
	return success(req, slim(method, result)), nil
}

// buffer reads the body that the library writes in many small chunks, so that it goes out in one piece with its length.
func buffer(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return err
	}
	setBody(req, body)
	return nil
}

func setBody(req *http.Request, body []byte) {
	req.ContentLength = int64(len(body))
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}

// envelope is what stands around every answer: https://core.telegram.org/bots/api#making-requests
type envelope struct {
	OK          *bool           `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// call sends req and gives the result of the answer. Its errors are *apiError and *netError.
func (c *client) call(h *http.Client, req *http.Request) (json.RawMessage, error) {
	method := path.Base(req.URL.Path)
	resp, err := h.Do(req)
	if err != nil {
		return nil, c.netError(req.Context(), method, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, c.netError(req.Context(), method, err)
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil || e.OK == nil {
		// a proxy's page, or a failing server's: nothing was said about the call itself
		return nil, &netError{Method: method, Code: fmt.Sprint(resp.StatusCode), Cause: "the answer is not the Bot API's"}
	}
	if !*e.OK {
		if e.Code == 0 {
			e.Code = resp.StatusCode
		}
		refusal := &apiError{
			Method: method, Code: e.Code, Description: c.redact(harmless(e.Description)),
			RetryAfter: time.Duration(e.Parameters.RetryAfter) * time.Second,
		}
		if e.Parameters.MigrateTo != 0 {
			refusal.MovedTo = fmt.Sprint(e.Parameters.MigrateTo)
		}
		return nil, refusal
	}
	return e.Result, nil
}

// success is an answer as the library expects it.
func success(req *http.Request, result json.RawMessage) *http.Response {
	body := make([]byte, 0, len(result)+24)
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, result...)
	body = append(body, '}')
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)), Request: req,
	}
}

// slim keeps of a sent message what Send needs. The library refuses answers with kinds that it doesn't know, and a
// message that was sent must not look like one that failed.
func slim(method string, result json.RawMessage) json.RawMessage {
	if !strings.HasPrefix(method, "send") && !strings.HasPrefix(method, "editMessage") {
		if len(result) == 0 {
			return json.RawMessage("null")
		}
		return result
	}
	var sent struct {
		ID    int64       `json:"message_id"`
		Photo []photoSize `json:"photo,omitempty"`
	}
	if json.Unmarshal(result, &sent) != nil {
		return json.RawMessage("{}")
	}
	out, err := json.Marshal(sent)
	if err != nil {
		return json.RawMessage("{}")
	}
	return out
}

// netError describes a call that got no usable answer, without the address, which holds the token.
func (c *client) netError(ctx context.Context, method string, err error) *netError {
	out := &netError{Method: method, Code: "network"}
	var timeout net.Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		out.Code, out.cancelled = "cancelled", true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		out.Code = "timeout"
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	out.Cause = c.redact(err.Error())
	return out
}

// redact takes the token out of s, also where an address has it escaped.
func (c *client) redact(s string) string {
	s = strings.ReplaceAll(s, c.token, "***")
	s = strings.ReplaceAll(s, url.PathEscape(c.token), "***")
	if _, secret, ok := strings.Cut(c.token, ":"); ok && len(secret) >= 6 {
		s = strings.ReplaceAll(s, secret, "***")
	}
	return s
}
