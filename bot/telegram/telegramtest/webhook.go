package telegramtest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/mymmrac/telego"
)

// Limits of webhooks: https://core.telegram.org/bots/api#setwebhook and WebhookActor.cpp of Telegram's server.
const (
	defaultConnections = 40
	maxConnections     = 100
	maxSecret          = 256
	webhookTimeout     = 60 * time.Second
	maxRetryAfter      = time.Hour
	longestRetry       = time.Minute
)

// webhook is where updates are delivered to; without an address, nowhere. The server's lock guards it.
type webhook struct {
	url         string
	secret      string
	certificate []byte
	connections int
	allowed     []string
	errorAt     time.Time
	errorWords  string

	end    context.CancelFunc
	client *http.Client
	busy   map[int64]bool // the chats of which an update is under way
	tries  map[int]retry  // updates that were refused, by number
}

type retry struct {
	fails int
	at    time.Time
	delay time.Duration
}

// setWebhook takes addresses on this machine only, and those without https too, as a Bot API server of one's own does.
func (s *Server) setWebhook(c *call) (any, error) {
	w := webhook{url: c.take("url"), secret: c.take("secret_token"), connections: int(c.integer("max_connections"))}
	if u, ok := c.files["certificate"]; ok {
		w.certificate = u.data
		delete(c.files, "certificate")
	}
	c.ignore("ip_address", "certificate")
	drop := c.boolean("drop_pending_updates")
	list, given := c.takeAllowed()
	if w.connections == 0 {
		w.connections = defaultConnections
	}
	w.connections = min(max(w.connections, 1), maxConnections)
	if w.url != "" {
		c.checkWebhook(w)
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.url == "" {
		return s.endWebhook(drop), nil
	}
	if w.same(&s.hook) && !drop {
		if given {
			s.queue.allowed, s.hook.allowed = allowed(list), list
		}
		return told{true, "Webhook is already set"}, nil
	}
	s.endPoll("terminated by setWebhook request")
	s.endWebhook(drop)
	if given {
		s.queue.allowed, w.allowed = allowed(list), list
	}
	s.hook = w
	s.startWebhook()
	return told{true, "Webhook was set"}, nil
}

func (c *call) checkWebhook(w webhook) {
	u, err := url.Parse(w.url)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
		c.fail(badRequest("invalid webhook URL specified"))
	case !loopback(u.Hostname()):
		c.reports = append(c.reports, "the stand-in delivers to this machine only")
		c.fail(badRequest("bad webhook: IP address is not on this machine"))
	case len(w.secret) > maxSecret:
		c.fail(badRequest("secret token is too long"))
	case !regexp.MustCompile(`^[A-Za-z0-9_-]*$`).MatchString(w.secret):
		c.fail(badRequest("secret token contains unallowed characters"))
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (w *webhook) same(o *webhook) bool {
	return w.url == o.url && w.secret == o.secret && w.connections == o.connections && bytes.Equal(w.certificate, o.certificate)
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	drop := c.boolean("drop_pending_updates")
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endWebhook(drop), nil
}

// endWebhook stops delivering; the lock is held.
func (s *Server) endWebhook(drop bool) told {
	if drop {
		s.queue.waiting = nil
	}
	if s.hook.url == "" {
		return told{true, "Webhook is already deleted"}
	}
	s.hook.end()
	s.hook = webhook{}
	return told{true, "Webhook was deleted"}
}

func (s *Server) getWebhookInfo(c *call) (any, error) {
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := telego.WebhookInfo{
		URL: s.hook.url, HasCustomCertificate: len(s.hook.certificate) > 0, PendingUpdateCount: len(s.queue.waiting),
		MaxConnections: s.hook.connections, AllowedUpdates: s.hook.allowed,
	}
	if s.hook.url != "" {
		out.IPAddress = "127.0.0.1"
	}
	if !s.hook.errorAt.IsZero() {
		out.LastErrorDate, out.LastErrorMessage = s.hook.errorAt.Unix(), s.hook.errorWords
	}
	return out, nil
}

// startWebhook begins to deliver; the lock is held.
func (s *Server) startWebhook() {
	w := &s.hook
	ctx, end := context.WithCancel(s.ctx)
	w.end, w.busy, w.tries = end, map[int64]bool{}, map[int]retry{}
	transport := &http.Transport{MaxConnsPerHost: w.connections, MaxIdleConnsPerHost: w.connections}
	if len(w.certificate) > 0 {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(w.certificate)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	w.client = &http.Client{
		Transport: transport, Timeout: webhookTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.closed.Go(func() {
		defer transport.CloseIdleConnections()
		s.dispatch(ctx, w.client, w.url, w.secret)
	})
}

// dispatch hands out updates as long as the webhook is set: in order within a chat, several chats at once.
func (s *Server) dispatch(ctx context.Context, client *http.Client, address, secret string) {
	for ctx.Err() == nil {
		s.mu.Lock()
		if ctx.Err() != nil { // it may be another webhook's turn by now
			s.mu.Unlock()
			return
		}
		p, wait := s.nextDelivery()
		if p != nil {
			s.hook.busy[p.order] = true
			s.mu.Unlock()
			s.closed.Go(func() { s.deliver(ctx, client, address, secret, *p) })
			continue
		}
		next := s.ears()
		s.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-next:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// nextDelivery gives an update that can go now, or how long to wait for one; the lock is held.
func (s *Server) nextDelivery() (*pending, time.Duration) {
	wait := time.Hour
	if len(s.hook.busy) >= s.hook.connections {
		return nil, wait
	}
	s.queue.forget(0, s.now())
	blocked := map[int64]bool{}
	for _, p := range s.queue.waiting {
		if blocked[p.order] || s.hook.busy[p.order] {
			continue
		}
		blocked[p.order] = true // only the first of a chat can be next
		if until := time.Until(s.hook.tries[p.id].at); until > 0 {
			wait = min(wait, until)
			continue
		}
		return &p, 0
	}
	return nil, wait
}

// deliver posts one update and takes it off the queue when the bot took it.
func (s *Server) deliver(ctx context.Context, client *http.Client, address, secret string, p pending) {
	words, after := s.deliverOnce(ctx, client, address, secret, p.raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	delete(s.hook.busy, p.order)
	defer s.ring()
	if words == "" {
		delete(s.hook.tries, p.id)
		s.queue.waiting = slices.DeleteFunc(s.queue.waiting, func(q pending) bool { return q.id == p.id })
		return
	}
	t := s.hook.tries[p.id]
	if t.fails > 0 && after == 0 {
		t.delay = min(max(2*t.delay, s.retry), longestRetry)
		after = t.delay
	}
	t.fails, t.at = t.fails+1, time.Now().Add(after)
	s.hook.tries[p.id] = t
	s.hook.errorAt, s.hook.errorWords = s.now(), words
}

// deliverOnce gives the words of what went wrong, and when the bot asked to be tried again.
func (s *Server) deliverOnce(ctx context.Context, client *http.Client, address, secret string, raw []byte) (string, time.Duration) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return err.Error(), 0
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return "Read timeout expired", 0
		}
		return "Connection refused", 0
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxUpload))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return fmt.Sprintf("Wrong response from the webhook: %s", resp.Status), min(time.Duration(max(seconds, 0))*time.Second, maxRetryAfter)
	}
	var asked struct {
		Method string `json:"method"`
	}
	if json.Unmarshal(body, &asked) == nil && asked.Method != "" {
		s.errorf("the stand-in knows no calls in the answer to an update (%s)", asked.Method)
	}
	return "", 0
}
