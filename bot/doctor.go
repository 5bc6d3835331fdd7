package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

type doctorCommand struct{}

// Help is what `buurtbode doctor --help` adds.
func (doctorCommand) Help() string {
	return "Prints a line for everything that it looked at: ok, or !! and what to do. Changes nothing, works beside a running bot, and ends with 1 when something is wrong."
}

// doctor gathers what it finds.
type doctor struct {
	*app
	found []messages.Finding
}

// Run looks at everything, prints what it found, and fails when something is wrong.
func (doctorCommand) Run(ctx context.Context, a *app) error {
	d := &doctor{app: a}
	platforms, err := a.platforms(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if w, done := d.checkLink(ctx); w != nil {
		defer done()
		platforms = append(platforms, w)
	}
	d.checkDatabase(ctx, platforms)
	d.checkPlatforms(ctx, platforms)
	d.checkSettings()
	wrong := 0
	for _, f := range d.found {
		mark := "ok"
		if !f.OK {
			mark = "!!"
			wrong++
		}
		if err := a.print("%s  %s", mark, f.Text); err != nil {
			return err
		}
	}
	switch wrong {
	case 0:
		return nil
	case 1:
		return errors.New("one thing needs your attention")
	}
	return fmt.Errorf("%d things need your attention", wrong)
}

func (d *doctor) ok(format string, args ...any) {
	d.found = append(d.found, messages.Finding{OK: true, Text: fmt.Sprintf(format, args...)})
}

func (d *doctor) wrong(format string, args ...any) {
	d.found = append(d.found, messages.Finding{Text: fmt.Sprintf(format, args...)})
}

func (d *doctor) checkDatabase(ctx context.Context, platforms []Platform) {
	if err := d.mustExist(); err != nil {
		d.wrong("database: %v", err)
		return
	}
	d.database.AsIs = true
	store, err := d.open(ctx)
	switch {
	case errors.Is(err, storage.ErrNone):
		d.wrong("database: %v: buurtbode import makes it", err)
		return
	case err != nil:
		d.wrong("database: %v", err)
		return
	}
	defer func() { _ = store.Close() }()
	d.checkKeys()
	d.checkRunning(ctx, store, platforms)
	if store.Outdated() {
		d.wrong("database: an older version made it; the next start of the bot brings it up to date")
		return
	}
	if err := store.Read(ctx, d.checkContent); err != nil {
		d.wrong("database: %v", err)
	}
	d.checkPauses(ctx, store)
	for _, p := range platforms {
		d.checkChats(ctx, store, p)
	}
}

// checkPauses finds out from what the running bot kept whether a network lets it send nothing.
func (d *doctor) checkPauses(ctx context.Context, store *storage.Store) {
	var paused []storage.Paused
	err := store.Read(ctx, func(tx *storage.Tx) (err error) {
		paused, err = tx.PausedAccounts(realNow())
		return err
	})
	if err != nil {
		d.wrong("database: %v", err)
	}
	for _, p := range paused {
		if p.Until == storage.ForGood().UnixMilli() {
			d.wrong("%s: stopped when the bot ran last: %s", p.Platform, p.Why)
			continue
		}
		d.wrong("%s: the network lets the bot send nothing until %s (%s); what waits goes out after that", p.Platform, storage.At(p.Until).In(d.bot.Zone).Format("2 January 15:04"), p.Why)
	}
}

// Bounds of what is asked about the chats of one platform.
const (
	askedChats   = 100 // the latest linked of more
	askChatsTime = 30 * time.Second
)

// checkChats finds out whether the bot may do its work in the groups and channels that are linked.
func (d *doctor) checkChats(ctx context.Context, store *storage.Store, p Platform) {
	c, ok := p.(ChatChecker)
	if !ok {
		d.checkMuted(ctx, store, p)
		return
	}
	var chats []storage.Chat
	err := store.Read(ctx, func(tx *storage.Tx) (err error) {
		chats, err = tx.LinkedChats(p.Platform(), p.Account())
		return err
	})
	if err != nil {
		d.wrong("database: %v", err)
		return
	}
	if len(chats) == 0 {
		return
	}
	chats = chats[max(0, len(chats)-askedChats):]
	ctx, cancel := context.WithTimeout(ctx, askChatsTime)
	defer cancel()
	fine := 0
	for _, chat := range chats {
		if ctx.Err() != nil {
			d.wrong("%s: the network is too slow to ask about all linked chats", p.Platform())
			return
		}
		if trouble := c.CheckChat(ctx, chat.Address, chat.Kind); trouble != "" {
			d.wrong("%s: %s %q: %s", p.Platform(), chat.Kind, chat.Title, trouble)
			continue
		}
		fine++
	}
	if fine > 0 {
		d.ok("%s: the bot can write in %d of %d linked groups and channels", p.Platform(), fine, len(chats))
	}
}

// checkMuted finds out from what was sent in which linked groups the bot may not write, of a platform that can't be asked.
func (d *doctor) checkMuted(ctx context.Context, store *storage.Store, p Platform) {
	var muted []storage.Chat
	err := store.Read(ctx, func(tx *storage.Tx) (err error) {
		muted, err = tx.MutedChats(p.Platform(), p.Account())
		return err
	})
	if err != nil {
		d.wrong("database: %v", err)
	}
	for _, chat := range muted {
		d.wrong("%s: %s %q: only its administrators may write there: make the bot one", p.Platform(), chat.Kind, chat.Title)
	}
}

// checkKeys is called when the database could be opened: then the key set is the right one.
func (d *doctor) checkKeys() {
	file := d.database.KeysFile()
	info, err := os.Stat(file)
	switch {
	case err != nil:
		d.wrong("key set: %s can't be looked at", file)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		d.wrong("key set: others on this machine can read %s: chmod 600", file)
	default:
		d.ok("key set: %s fits the database; keep a copy of it elsewhere", file)
	}
}

// checkRunning finds out by the locks whether a bot runs.
func (d *doctor) checkRunning(ctx context.Context, store *storage.Store, platforms []Platform) {
	var running []string
	try := func(what string, lock *storage.Lock, err error) {
		switch {
		case err == nil:
			_ = lock.Release()
		case errors.Is(err, storage.ErrLocked):
			running = append(running, what)
		default:
			d.wrong("whether a bot is running can't be found out: %v", err)
		}
	}
	if d.database.Postgres() {
		for _, p := range platforms {
			lock, err := store.LockAccount(ctx, p.Platform(), p.Account())
			try(p.Platform()+" account "+p.Account(), lock, err)
		}
	} else {
		lock, err := store.Lock(ctx)
		try("this database", lock, err)
	}
	if len(running) == 0 {
		d.ok("no bot is running now")
		return
	}
	d.ok("a bot is running on %s", strings.Join(running, ", "))
}

func (d *doctor) checkContent(tx *storage.Tx) error {
	o, err := tx.Overview(d.now())
	if err != nil {
		return err
	}
	d.ok("database: %s, up to date", o.Engine)
	if o.Stuck > 0 {
		d.wrong("queue: %d of %d messages that wait were due more than ten minutes ago: is the bot running, and connected?", o.Stuck, o.Waiting)
	} else {
		d.ok("queue: %d messages wait to be sent", o.Waiting)
	}
	d.checkRoles(o.Roles)
	if o.Areas == 0 {
		d.wrong("areas: there are none: buurtbode import brings them in")
		return nil
	}
	unreached, err := tx.Unreached()
	if err != nil {
		return err
	}
	if len(unreached) == 0 {
		d.ok("areas: the alerts of all %d reach an admin group", o.Areas)
		return nil
	}
	names := make([]string, len(unreached))
	for i, a := range unreached {
		names[i] = a.Full()
	}
	d.wrong("areas: %d of %d have no admin group, so alerts there reach nobody: an officer adds the bot to the group and writes /link there (%s)",
		len(unreached), o.Areas, shorten(names))
	return nil
}

func (d *doctor) checkRoles(roles map[storage.RoleName]int) {
	var held []string
	for _, r := range storage.RoleNames {
		if roles[r] > 0 {
			held = append(held, fmt.Sprintf("%d %s", roles[r], r))
		}
	}
	if len(held) > 0 {
		d.ok("roles: %s", strings.Join(held, ", "))
	}
	if roles[storage.Officer]+roles[storage.OpCo] == 0 {
		d.wrong("roles: there is no officer, so nobody can send an alert: buurtbode invite officer --area ...")
	}
	if roles[storage.Portfolio] == 0 {
		d.wrong("roles: there is no portfolio holder, so nobody hears of alerts that stay without an outcome: buurtbode invite portfolio --team ...")
	}
}

// named is how many areas are named in one line.
const named = 8

func shorten(names []string) string {
	if len(names) > named {
		return strings.Join(names[:named], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

func (d *doctor) checkPlatforms(ctx context.Context, platforms []Platform) {
	if len(platforms) == 0 && !d.whatsapp.on {
		d.wrong("networks: there is none to run on: set BUURTBODE_TELEGRAM_TOKEN, or BUURTBODE_TELEGRAM_TOKEN_FILE")
	}
	for _, p := range platforms {
		if c, ok := p.(Checker); ok {
			for _, f := range c.Check(ctx) {
				f.Text = p.Platform() + ": " + f.Text
				d.found = append(d.found, f)
			}
		}
	}
	if u, err := url.Parse(d.telegram.API); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
		d.wrong("telegram: BUURTBODE_TELEGRAM_API begins with http://, so everybody on the way can read the token")
	}
}

func (d *doctor) checkSettings() {
	for _, name := range unknownVariables(os.Environ()) {
		d.wrong("settings: %s is no setting: is it spelt right?", name)
	}
	if plan, err := commands.ParseWeekly(d.bot.Weekly, d.bot.Zone); err == nil {
		d.ok("weekly summary: %s, so next on %s", d.bot.Weekly, plan.Next(d.now()).Format("Monday 2 January 2006 15:04:05 MST"))
	}
	host, _, _ := net.SplitHostPort(d.web)
	switch {
	case d.web == "":
		d.ok("web server: off")
	case loopback(host):
		d.ok("web server: %s, for this machine only", d.web)
	default:
		d.ok("web server: %s can be reached from other machines, which only a Prometheus elsewhere needs", d.web)
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// unknownVariables are the names in an environment that begin as our settings do, but are none.
func unknownVariables(environment []string) []string {
	known := map[string]bool{}
	for _, f := range settingFlags() {
		for _, name := range f.Envs {
			known[name] = true
		}
	}
	var out []string
	for _, e := range environment {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "BUURTBODE_") && !strings.HasPrefix(name, "BUURTBODE_TEST_") && !known[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// settingFlags are the flags of all settings.
func settingFlags() []*kong.Flag {
	parser, err := new(cli).parser()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(parser.Model.Flags), func(f *kong.Flag) bool { return len(f.Envs) == 0 })
}
