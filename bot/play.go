package bot

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/buurtbode/buurtbode/bot/demo"
	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

type demoCommand struct {
	Addr string `default:"127.0.0.1:8080" help:"Address of the page: 127.0.0.1 and a port."`
}

// Run plays the town in the browser until ctx ends or the process is told to stop.
func (c demoCommand) Run(ctx context.Context, a *app) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	log := a.logger()
	catalog, err := locales.Load(a.language)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var failed error
	real := a.Clock(a.bot.Zone)
	a.note("Building a town to play with ...")
	err = demo.Run(ctx, demo.Config{
		Addr: c.Addr, Catalog: catalog, Emergency: a.bot.Emergency, Zone: a.bot.Zone, Real: real.Now, Log: log.With("demo", true),
		NewBot: func(p demo.Parts) (demo.Bot, error) { return a.demoBot(p, log) },
		Open: func(address string) {
			failed = a.print("Open %s in your browser. Ctrl+C ends it; nothing of it is kept.", address)
		},
	})
	if err != nil {
		return err
	}
	return failed
}

// demoBot is the bot of the town: everything that a real one has, and one platform.
func (a *app) demoBot(p demo.Parts, log *slog.Logger) (demo.Bot, error) {
	platforms := []Platform{p.Web}
	engine, owner, err := a.engine(platforms, log)
	if err != nil {
		return nil, err
	}
	return New(Config{
		Store: p.Store, Engine: engine, Platforms: platforms, Clock: p.Clock, Log: log, Menus: engine.Menus(), Owner: owner,
	}), nil
}

// webAccount is the page's account: a database has one.
const webAccount = "page"

// webPlatform is the messenger in the browser for visitors; nil where the settings have none.
func (a *app) webPlatform(store *storage.Store, log *slog.Logger) (*webchat.Webchat, error) {
	catalog, err := locales.Load(a.language)
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	clock := a.Clock(a.bot.Zone)
	journal := webJournal{store, clock}
	return webchat.New(webchat.Config{
		Account: webAccount, Town: webchat.Visitors{}, Journal: journal, Documents: journal.Document, Addr: a.webchat, Origins: a.webchatOrigins,
		Clock: clock, Languages: catalog.Preferred(), Emergency: a.bot.Emergency, Log: log,
		Say: func(lang string, s messages.Say) string { return s.Text(catalog, lang) },
	})
}
