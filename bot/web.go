package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Times of the web server, in real time.
const (
	webRead    = 10 * time.Second
	webWrite   = 30 * time.Second
	webIdle    = time.Minute
	webStop    = 2 * time.Second // for answers under way when the bot stops
	webHealth  = 5 * time.Second // for the answer of /healthz
	askHealth  = 8 * time.Second // for `buurtbode health`
	maxHeaders = 16 << 10        // bytes
)

// web is the web server while it runs. Without an address there is none.
type web struct {
	server *http.Server
	ended  chan struct{}
}

// startWeb listens on the address of the settings and serves until stop.
func (a *app) startWeb(ctx context.Context, b *Bot) (*web, error) {
	if a.web == "" {
		return nil, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", a.web)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return nil, fmt.Errorf("the web server can't listen on %s (BUURTBODE_WEB): %w", a.web, err)
	}
	w := &web{ended: make(chan struct{}), server: &http.Server{
		Handler: b.handler(), ReadHeaderTimeout: webRead, ReadTimeout: webRead, WriteTimeout: webWrite, IdleTimeout: webIdle,
		MaxHeaderBytes: maxHeaders,
	}}
	b.cfg.Log.Info("the web server listens", "address", listener.Addr().String())
	go func() {
		defer close(w.ended)
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			b.cfg.Log.Error("the web server has ended", "error", err)
		}
	}()
	return w, nil
}

// stop ends the server; answers under way get a moment.
func (w *web) stop(ctx context.Context) {
	if w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, webStop)
	defer cancel()
	if w.server.Shutdown(ctx) != nil {
		_ = w.server.Close()
	}
	<-w.ended
}

// handler answers for the operator's tools: /livez while the program runs, /healthz while the bot works, /metrics. And it
// takes what networks bring to a webhook.
func (b *Bot) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), webHealth)
		defer cancel()
		if err := b.Healthy(ctx); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
		for _, p := range b.cfg.Platforms {
			if until := paused(p); !until.IsZero() {
				fmt.Fprintf(w, "%s lets the bot send nothing until %s\n", p.Platform(), until.UTC().Format(time.RFC3339))
			}
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.Metrics(), promhttp.HandlerOpts{}))
	for _, p := range b.cfg.Platforms {
		if h, ok := p.(Hooked); ok {
			if path, takes := h.Hook(); path != "" {
				mux.Handle(path, takes)
			}
		}
	}
	return mux
}

type healthCommand struct{}

// Help is what `buurtbode health --help` adds.
func (healthCommand) Help() string {
	return "Ends with 0 when all is well, else with 1. For Docker's HEALTHCHECK."
}

// Run asks /healthz of the bot that runs with these settings.
func (healthCommand) Run(ctx context.Context, a *app) error {
	if a.web == "" {
		return misused("there is nothing to ask: the web server is off, as BUURTBODE_WEB is empty")
	}
	ctx, cancel := context.WithTimeout(ctx, askHealth)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(a.web)+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy: the bot is on this machine
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no bot answers at %s (BUURTBODE_WEB)", a.web)
	}
	defer func() { _ = resp.Body.Close() }()
	line, err := io.ReadAll(io.LimitReader(resp.Body, 1000))
	if err != nil {
		return fmt.Errorf("the bot at %s broke off its answer", a.web)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot is not well: %s", line)
	}
	return a.print("ok")
}

// reachable is where an address that is listened on is reached from the same machine.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
