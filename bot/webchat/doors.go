package webchat

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// What one visitor and all of them together may do. A person types a message in a second or so at most; the rest is
// room for taps and repeats.
const (
	saysPerSecond = 2
	saysAtOnce    = 20
	newPerSecond  = 2 // people never seen before
	newAtOnce     = 50
	maxStreams    = 500 // pages open at once
	maxOfOne      = 8   // of one visitor
	maxLimiters   = 10_000
)

// cookie carries who a visitor is. Only its hash is known further on: what is kept can't be used to be that visitor.
const cookie = "buurtbode_visitor"

const cookieAge = 180 * 24 * 3600 // seconds

// doors decide who comes in: by which name the page was asked for, from which page something was sent, and how often.
type doors struct {
	main    string   // the origin under which the page is reached
	hosts   []string // that a request may be for
	origins []string // that something may be sent from
	secure  bool     // the cookie goes over https only

	mu       sync.Mutex
	limiters map[string]*rate.Limiter
	streams  map[string]int
	open     int
	newcomer *rate.Limiter
}

// newDoors reads the addresses. The name localhost means the machine itself wherever the page listens on that.
func newDoors(addr string, origins []string) (*doors, error) {
	d := &doors{limiters: map[string]*rate.Limiter{}, streams: map[string]int{}, newcomer: rate.NewLimiter(newPerSecond, newAtOnce)}
	for _, o := range origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			return nil, errors.New("webchat: an address of the page should look like https://chat.example.nl")
		}
		d.add(u.Scheme, u.Host)
		d.secure = u.Scheme == "https"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, errors.New("webchat: the address to listen on should look like 127.0.0.1:8081")
	}
	ip := net.ParseIP(host)
	if host == "localhost" || ip != nil && ip.IsLoopback() {
		d.add("http", net.JoinHostPort(host, port))
		d.add("http", net.JoinHostPort("localhost", port))
	} else if len(origins) == 0 {
		return nil, errors.New("webchat: to be reached from outside the page needs the address under which it is, like https://chat.example.nl")
	}
	return d, nil
}

// CheckAddress tells what is wrong with the address to listen on, or with those under which the page is reached.
func CheckAddress(addr string, origins []string) error {
	_, err := newDoors(addr, origins)
	return err
}

func (d *doors) add(scheme, host string) {
	host = strings.ToLower(host)
	if d.main == "" {
		d.main = scheme + "://" + host
	}
	d.hosts = append(d.hosts, host)
	d.origins = append(d.origins, scheme+"://"+host)
}

// admits tells whether a request is meant for this page and, where it changes something, comes from it: a page
// elsewhere can make a browser send requests here, also by giving this machine another name.
func (d *doors) admits(r *http.Request) bool {
	if !slices.Contains(d.hosts, strings.ToLower(r.Host)) {
		return false
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
		return false
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	return slices.Contains(d.origins, r.Header.Get("Origin"))
}

// visitor gives the id of who sent a request; empty without a cookie that could be ours.
func visitor(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil || len(c.Value) < 26 || len(c.Value) > 100 {
		return ""
	}
	sum := sha256.Sum256([]byte(c.Value))
	return hex.EncodeToString(sum[:16])
}

// welcome gives a visitor a cookie.
func (d *doors) welcome(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{
		Name: cookie, Value: rand.Text() + rand.Text(), Path: "/", MaxAge: cookieAge,
		HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteStrictMode,
	})
}

// maySay tells whether somebody may say one more thing now. Whoever was not heard of before counts among the newcomers too.
func (d *doors) maySay(person string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.limiters[person]
	if l == nil {
		if !d.newcomer.Allow() {
			return false
		}
		if len(d.limiters) >= maxLimiters {
			clear(d.limiters) // everyone begins anew, which is the kinder mistake
		}
		l = rate.NewLimiter(saysPerSecond, saysAtOnce)
		d.limiters[person] = l
	}
	return l.Allow()
}

// mayFollow counts an open page of somebody, until leave is called. ok is false when there are too many.
func (d *doors) mayFollow(person string, several int) (leave func(), ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= maxStreams || d.streams[person] >= several {
		return nil, false
	}
	d.open++
	d.streams[person]++
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.open--
		if d.streams[person]--; d.streams[person] == 0 {
			delete(d.streams, person)
		}
	}, true
}
