// Package telegram connects the bot to one account of the Telegram Bot API (https://core.telegram.org/bots/api) through
// github.com/go-telegram/bot.
//
// It translates: an update becomes a messages.Inbound, a messages.Outbound becomes one call. It knows no command, no
// database and no wording, paces nothing (the outbox does, by Limits) and retries no send (the outbox does, by
// messages.SendError). No error and no log line of it holds the token, a message's text or a phone number.
package telegram

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// name is the platform's name in addresses and logs.
const name = "telegram"

// DefaultAPI is Telegram's own server.
const DefaultAPI = "https://api.telegram.org"

// DefaultRate is how many messages a second an account sends in all. Telegram allows about 30
// (https://core.telegram.org/bots/faq#broadcasting-to-users); at 30 sharp, half of the measured windows held 31.
const DefaultRate = 29

// Telegram's limits: https://core.telegram.org/bots/api#sendmessage, #sendphoto and
// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
const (
	maxText    = 4096 // UTF-16 code units
	maxCaption = 1024 // UTF-16 code units
	directRate = 1    // messages a second to one person
	groupRate  = 20   // messages a minute to one group
)

// workers is how many sends are under way at once, and with it how many connections stay open.
const workers = 16

// Config is what an account needs.
type Config struct {
	Token string       // from @BotFather: digits, a colon, a secret
	API   string       // address of the Bot API server; empty: DefaultAPI
	Rate  float64      // messages a second in all; 0: DefaultRate
	Log   *slog.Logger // nil: no log

	Webhook string // public address to which Telegram brings updates; empty: they are fetched
	Secret  string // that Telegram shows there: 1 to 256 letters, digits, _ and -
}

// Telegram is one bot account. Its methods may be called from several goroutines.
type Telegram struct {
	account string
	rate    float64
	log     *slog.Logger
	http    *client
	api     *bot.Bot
	now     func() time.Time

	me       atomic.Pointer[models.User]
	running  atomic.Bool
	lastPoll atomic.Int64 // when getUpdates last succeeded or an update was taken, Unix nanoseconds; 0: not connected
	refused  atomic.Bool  // the refusal of the token was logged
	admins   *adminCache
	hook     *hook       // nil: updates are fetched
	hooked   atomic.Bool // the webhook is set

	adminBreak, photoBreak breaker

	background sync.WaitGroup // what Run leaves to goroutines
}

// tokenForm is lenient about the secret's length, which Telegram doesn't promise.
var tokenForm = regexp.MustCompile(`^([0-9]{1,20}):[A-Za-z0-9_-]+$`)

// New checks the configuration and makes the adapter; it doesn't touch the network. An error never shows the token.
func New(c Config) (*Telegram, error) {
	parts := tokenForm.FindStringSubmatch(c.Token)
	if parts == nil {
		return nil, errors.New("telegram: the token is malformed: it should be digits, a colon and a secret, as @BotFather gave it")
	}
	api := strings.TrimRight(c.API, "/")
	if api == "" {
		api = DefaultAPI
	}
	if u, err := url.Parse(api); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("telegram: the address of the Bot API should begin with https:// or http://")
	}
	if c.Rate <= 0 {
		c.Rate = DefaultRate
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	t := &Telegram{
		account: parts[1],
		rate:    c.Rate,
		log:     c.Log.With("platform", name, "account", parts[1]),
		http:    newClient(c.Token),
		now:     time.Now,
		admins:  newAdminCache(),
	}
	if c.Webhook != "" {
		h, err := newHook(c.Webhook, c.Secret)
		if err != nil {
			return nil, err
		}
		t.hook = h
	}
	b, err := bot.New(c.Token,
		bot.WithSkipGetMe(),
		bot.WithServerURL(api),
		bot.WithHTTPClient(pollTimeout+time.Second, t.http), // the library asks for a second less
		bot.WithAllowedUpdates(allowedUpdates()),
		bot.WithDefaultHandler(func(context.Context, *bot.Bot, *models.Update) {}), // it sees stubs: deliver did the work
		bot.WithNotAsyncHandlers(),
		bot.WithErrorsHandler(func(err error) { t.log.Debug("telegram library", "cause", t.http.redact(err.Error())) }),
		bot.WithDebugHandler(func(string, ...any) {}),
	)
	if err != nil {
		return nil, errors.New("telegram: " + t.http.redact(err.Error()))
	}
	t.api = b
	return t, nil
}

// Platform is "telegram".
func (t *Telegram) Platform() string { return name }

// Account is the bot's id: the digits of the token before the colon.
func (t *Telegram) Account() string { return t.account }

// Limits tells what Telegram allows. A bot may edit its own messages for as long as they exist.
func (t *Telegram) Limits() messages.Limits {
	return messages.Limits{
		Text: maxText, Caption: maxCaption, Buttons: true, Workers: workers,
		Rate: t.rate, DirectRate: directRate, GroupRate: groupRate,
	}
}

// StartLink is the address that opens the private chat with the bot and sends "/start payload"; empty as long as the
// bot's name is unknown. A payload has at most 64 letters, digits, _ and - (https://core.telegram.org/bots/features#deep-linking).
func (t *Telegram) StartLink(payload string) string {
	me := t.me.Load()
	if me == nil || me.Username == "" {
		return ""
	}
	link := "https://t.me/" + me.Username
	if payload != "" {
		link += "?start=" + url.QueryEscape(payload)
	}
	return link
}

// Ready tells whether the bot is connected: its name is known, and getUpdates succeeded lately or the webhook is set.
func (t *Telegram) Ready() bool {
	if t.hook != nil {
		return t.me.Load() != nil && t.hooked.Load()
	}
	last := t.lastPoll.Load()
	return t.me.Load() != nil && last != 0 && t.now().Sub(time.Unix(0, last)) < readyFor
}

// identify asks who the bot is, once: every later call answers from memory.
func (t *Telegram) identify(ctx context.Context) (*models.User, error) {
	if me := t.me.Load(); me != nil {
		return me, nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	me, err := t.api.GetMe(ctx)
	if err != nil {
		return nil, t.plain(err)
	}
	t.me.Store(me)
	return me, nil
}

// isStatus tells whether err is the Bot API's own refusal with this code.
func isStatus(err error, code int) bool {
	var refusal *apiError
	return errors.As(err, &refusal) && refusal.Code == code
}

// tokenRefused tells whether err means that Telegram doesn't know the token. It answers a bare 404 where the token's
// form is wrong, and one with more words where it is the method that it doesn't know.
func tokenRefused(err error) bool {
	var refusal *apiError
	return errors.As(err, &refusal) &&
		(refusal.Code == http.StatusUnauthorized || (refusal.Code == http.StatusNotFound && !refusal.says("method")))
}
