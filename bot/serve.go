package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/buurtbode/buurtbode/bot/telegram"
	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

type runCommand struct{}

// Run runs the bot until ctx ends or the process is told to stop; what has begun is finished then.
func (runCommand) Run(ctx context.Context, a *app) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	log := a.logger()
	platforms, err := a.platforms(log)
	if err != nil {
		return err
	}
	if len(platforms) == 0 && a.webchat == "" && !a.whatsapp.on {
		return misused("there is no network to run on: set BUURTBODE_TELEGRAM_TOKEN, or BUURTBODE_TELEGRAM_TOKEN_FILE, to the token that @BotFather gave")
	}
	for _, name := range unknownVariables(os.Environ()) {
		log.Warn("this variable is no setting of this version", "name", name)
	}
	a.database.Log = log
	store, err := a.open(ctx)
	if err != nil {
		return unlessStopped(ctx, err)
	}
	defer func() { _ = store.Close() }()
	if a.webchat != "" {
		w, err := a.webPlatform(store, log)
		if err != nil {
			return err
		}
		platforms = append(platforms, w)
	}
	if a.whatsapp.on {
		w, done, err := a.whatsappPlatform(ctx, store, log)
		switch {
		case errors.Is(err, whatsapp.ErrNotLinked) && len(platforms) > 0: // the others go on
			log.Error("WhatsApp stays off: no number is linked yet; run buurtbode pair, then start the bot again")
		case err != nil:
			return unlessStopped(ctx, err)
		default:
			defer done()
			platforms = append(platforms, w)
		}
	}
	engine, owner, err := a.engine(platforms, log)
	if err != nil {
		return err
	}
	b := New(Config{
		Store: store, Engine: engine, Platforms: platforms, Clock: a.Clock(a.bot.Zone), Log: log, Menus: engine.Menus(), Owner: owner,
	})
	log.Info("buurtbode starts", "version", a.Version, "platforms", len(platforms))
	warnIfEmpty(ctx, store, log)
	if err := a.serveWith(ctx, b, store); err != nil {
		return err
	}
	log.Info("buurtbode stopped")
	return nil
}

// warnIfEmpty tells that the bot knows no area yet: nothing much works then.
func warnIfEmpty(ctx context.Context, store *storage.Store, log *slog.Logger) {
	var areas []storage.Area
	err := store.Read(ctx, func(tx *storage.Tx) (err error) {
		areas, err = tx.Areas()
		return err
	})
	if err == nil && len(areas) == 0 {
		log.Warn("there are no areas yet, so there is little to do: buurtbode import brings them in")
	}
}

// serveWith runs the bot with its web server.
func (a *app) serveWith(ctx context.Context, b *Bot, store *storage.Store) error {
	w, err := a.startWeb(ctx, b)
	if err != nil {
		// a second bot finds the port taken as well, but that isn't what is wrong
		if lock, lockErr := store.Lock(ctx); errors.Is(lockErr, storage.ErrLocked) {
			return lockErr
		} else if lockErr == nil {
			_ = lock.Release()
		}
		return err
	}
	defer w.stop(context.WithoutCancel(ctx))
	return b.Run(ctx)
}

// platforms makes an adapter for every network that the settings have.
func (a *app) platforms(log *slog.Logger) ([]Platform, error) {
	var out []Platform
	if a.telegram.Token != "" {
		c := a.telegram
		c.Log = log
		t, err := telegram.New(c)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// engine makes the commands, and the name under which their answers are claimed for this process.
func (a *app) engine(platforms []Platform, log *slog.Logger) (e *commands.Engine, owner string, err error) {
	catalog, err := locales.Load(a.language)
	if err != nil {
		return nil, "", fmt.Errorf("start: %w", err)
	}
	catalog.OnMissing(func(lang, id string, err error) {
		log.Error("a sentence or a value in it is missing", "language", lang, "id", id, "error", err)
	})
	limits := map[string]messages.Limits{}
	for _, p := range platforms {
		limits[p.Platform()] = p.Limits()
	}
	owner = NewOwner()
	return commands.New(commands.Config{
		Catalog: catalog, Settings: a.bot, Owner: owner, Log: log,
		Limits: func(platform string) messages.Limits { return limits[platform] },
	}), owner, nil
}
