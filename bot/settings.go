package bot

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/buurtbode/buurtbode/bot/telegram"
	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/storage"
)

// options are the settings as they are written: all of them text, so that what is wrong with one is said in our own
// words. The table in README.md is made of them.
type options struct {
	Database           string `env:"BUURTBODE_DATABASE" default:"buurtbode.db" help:"Path of a SQLite file, or postgres://user:password@host:5432/name."`
	DatabaseFile       string `env:"BUURTBODE_DATABASE_FILE" help:"File that holds the database's address."`
	Keys               string `env:"BUURTBODE_KEYS" help:"File with the key set that seals phone numbers and texts. Empty: beside the database; with PostgreSQL buurtbode.keys."`
	Web                string `env:"BUURTBODE_WEB" default:"127.0.0.1:8080" help:"Address of /healthz, /livez and /metrics. Empty: none."`
	TelegramToken      string `env:"BUURTBODE_TELEGRAM_TOKEN" help:"Token of the bot, from @BotFather."`
	TelegramTokenFile  string `env:"BUURTBODE_TELEGRAM_TOKEN_FILE" help:"File that holds the token."`
	TelegramAPI        string `env:"BUURTBODE_TELEGRAM_API" default:"https://api.telegram.org" help:"Address of the Bot API server."`
	TelegramRate       string `env:"BUURTBODE_TELEGRAM_RATE" default:"29" help:"Messages a second; Telegram allows about 30."`
	TelegramWebhook    string `env:"BUURTBODE_TELEGRAM_WEBHOOK" help:"Public https address at which a proxy passes Telegram's messages on to BUURTBODE_WEB."`
	TelegramSecret     string `env:"BUURTBODE_TELEGRAM_SECRET" help:"Secret that Telegram shows at the webhook."`
	TelegramSecretFile string `env:"BUURTBODE_TELEGRAM_SECRET_FILE" help:"File that holds the secret."`
	Whatsapp           string `env:"BUURTBODE_WHATSAPP" default:"off" help:"on or off: run on the WhatsApp number that buurtbode pair linked."`
	WhatsappStore      string `env:"BUURTBODE_WHATSAPP_STORE" help:"SQLite file for WhatsApp's keys, or postgres://... Empty: beside the database; with PostgreSQL in the same database."`
	WhatsappRate       string `env:"BUURTBODE_WHATSAPP_RATE" default:"12" help:"Messages a minute on WhatsApp, unevenly spread. More is a risk for the number."`
	WhatsappVersion    string `env:"BUURTBODE_WHATSAPP_VERSION" help:"Version of WhatsApp Web that the bot says it is, such as 2.3000.1031080782, when WhatsApp turns the bot away as too old. Empty: the one it was made for."`
	WhatsappServer     string `env:"BUURTBODE_WHATSAPP_SERVER" help:"A stand-in for WhatsApp on this machine, as it prints itself. Empty: WhatsApp."`
	Webchat            string `env:"BUURTBODE_WEBCHAT" help:"Address of a messenger in the browser for visitors, such as 127.0.0.1:8081. Empty: none."`
	WebchatOrigin      string `env:"BUURTBODE_WEBCHAT_ORIGIN" help:"Address under which people reach that page, such as https://chat.example.nl. Needed behind a proxy."`
	Language           string `env:"BUURTBODE_LANGUAGE" default:"nl" help:"Language for people and groups that chose none: nl or en."`
	Timezone           string `env:"BUURTBODE_TIMEZONE" default:"Europe/Amsterdam" help:"Zone of all times that people read, and of what happens by the clock."`
	Emergency          string `env:"BUURTBODE_EMERGENCY" default:"112" help:"Number for urgent help, as it stands in messages."`
	Police             string `env:"BUURTBODE_POLICE" default:"0900-8844" help:"Number of the police for what is not urgent."`
	RemindAfter        string `env:"BUURTBODE_REMIND_AFTER" help:"When an officer is reminded of an alert without an outcome. Empty: 4h for a missing person, 7 days for witnesses, else 24h, gathered at 09:00. A duration: for all kinds, as soon as it is due."`
	RemindEvery        string `env:"BUURTBODE_REMIND_EVERY" default:"24h" help:"How long until the next reminder."`
	EscalateAfter      string `env:"BUURTBODE_ESCALATE_AFTER" default:"72h" help:"How long after an outcome was due the portfolio holder hears of it."`
	LeaveAfter         string `env:"BUURTBODE_LEAVE_AFTER" default:"24h" help:"How long the bot stays in a group that no officer links to an area."`
	Weekly             string `env:"BUURTBODE_WEEKLY" default:"0 9 * * MON" help:"When the weekly summary is posted: minute, hour, day, month, weekday; or such as @every 10s."`
	LogLevel           string `env:"BUURTBODE_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat          string `env:"BUURTBODE_LOG_FORMAT" default:"text" help:"text or json."`
}

// mayBeEmpty tells whether an empty value of a setting means something; elsewhere it means the default.
func mayBeEmpty(flag string) bool { return flag == "web" }

// settings are the options as they are used.
type settings struct {
	database storage.Config
	web      string // host:port; empty: no web server
	telegram telegram.Config
	language string

	whatsapp whatsappSettings

	webchat        string // host:port; empty: no page for visitors
	webchatOrigins []string

	bot  commands.Settings
	log  *slog.HandlerOptions
	json bool // the form of the log
}

// reading turns options into settings, and gathers what is wrong with them.
type reading struct {
	options
	flags map[string]bool // given on the command line
	errs  []error
}

// read checks all options. Its error has a line for each that is wrong, and none of them shows a secret.
func (c *cli) read(called *kong.Context) (settings, error) {
	for _, f := range called.Model.Flags {
		if f.HasDefault && f.Target.String() == "" && !mayBeEmpty(f.Name) {
			f.Target.SetString(f.Default)
		}
	}
	r := &reading{options: c.options, flags: map[string]bool{}}
	for _, p := range called.Path {
		if p.Flag != nil {
			r.flags[p.Flag.Name] = true
		}
	}
	s := settings{
		database: storage.Config{Database: r.secret("database", r.Database, r.DatabaseFile), Keys: r.Keys},
		web:      r.address(), telegram: r.readTelegram(), language: r.language(), bot: r.readBot(),
	}
	r.checkDatabase(s.database)
	s.whatsapp = r.readWhatsapp(s.database)
	s.webchat, s.webchatOrigins = r.readWebchat()
	s.log, s.json = r.readLog()
	return s, errors.Join(r.errs...)
}

// wrong says what is wrong with a setting.
func (r *reading) wrong(flag, format string, args ...any) {
	name := "BUURTBODE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	r.errs = append(r.errs, fmt.Errorf("%s (--%s) %w", name, flag, fmt.Errorf(format, args...)))
}

// maxSecret is the largest file that is read as a secret, in bytes.
const maxSecret = 64 << 10

// secret gives a setting that may stand in a file instead. A flag wins over the environment, whichever of the two it is.
func (r *reading) secret(flag, value, file string) string {
	fileFlag := flag + "-file"
	_, inEnvironment := os.LookupEnv("BUURTBODE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")))
	switch {
	case file == "" || r.flags[flag] && !r.flags[fileFlag]:
		return value
	case r.flags[flag] == r.flags[fileFlag] && (r.flags[flag] || inEnvironment && value != ""):
		r.wrong(fileFlag, "and --%s are both given: give one of them", flag)
		return value
	}
	data, err := os.ReadFile(file)
	var reason *os.PathError
	switch secret := strings.TrimSpace(string(data)); {
	case errors.As(err, &reason):
		r.wrong(fileFlag, "can't be read: %s: %w", file, reason.Err)
	case err != nil:
		r.wrong(fileFlag, "can't be read: %w", err)
	case secret == "" || len(secret) > maxSecret || strings.ContainsAny(secret, "\n\r\x00"):
		r.wrong(fileFlag, "should hold one line: %s", file)
	default:
		return secret
	}
	return value
}

func (r *reading) checkDatabase(c storage.Config) {
	if !c.Postgres() {
		if scheme, _, ok := strings.Cut(c.Database, "://"); ok {
			r.wrong("database", "is a path or begins with postgres://, not with %.20s://", scheme)
		}
		return
	}
	u, err := url.Parse(c.Database)
	if err != nil || u.Path == "" || u.Path == "/" {
		r.wrong("database", "can't be read: it looks like postgres://user:password@host:5432/name")
	}
}

func (r *reading) address() string {
	if r.Web == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(r.Web)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n > 65535 {
		r.wrong("web", "is %q, but looks like 127.0.0.1:8080; empty: no web server", r.Web)
	}
	return r.Web
}

// readWebchat gives the address of the page for visitors, and those under which it is reached.
func (r *reading) readWebchat() (addr string, origins []string) {
	if r.WebchatOrigin != "" {
		origins = []string{r.WebchatOrigin}
	}
	if r.Webchat == "" {
		return "", origins
	}
	if err := webchat.CheckAddress(r.Webchat, origins); err != nil {
		r.wrong("webchat", "can't be used: %w", err)
	}
	return r.Webchat, origins
}

// whatsappSettings are those of WhatsApp.
type whatsappSettings struct {
	on      bool
	store   string  // path or address of the keys
	server  string  // a stand-in; empty: WhatsApp itself
	rate    float64 // messages a minute
	version string  // of WhatsApp Web; empty: the library's
}

func (r *reading) readWhatsapp(db storage.Config) whatsappSettings {
	s := whatsappSettings{store: r.WhatsappStore, server: r.WhatsappServer, version: r.WhatsappVersion}
	switch strings.ToLower(r.Whatsapp) {
	case "on":
		s.on = true
	case "off":
	default:
		r.wrong("whatsapp", "is %q, but should be on or off", r.Whatsapp)
	}
	if s.store == "" {
		s.store = db.Database
		if !db.Postgres() {
			s.store += ".whatsapp"
		}
	}
	if scheme, _, ok := strings.Cut(r.WhatsappStore, "://"); ok && !(storage.Config{Database: s.store}).Postgres() {
		r.wrong("whatsapp-store", "is a path or begins with postgres://, not with %.20s://", scheme)
	}
	var err error
	if s.rate, err = strconv.ParseFloat(r.WhatsappRate, 64); err != nil || !(s.rate > 0 && s.rate <= fastest) {
		r.wrong("whatsapp-rate", "is %q, but should be a number above 0", r.WhatsappRate)
	}
	if err := whatsapp.CheckVersion(s.version); err != nil {
		r.wrong("whatsapp-version", "%w", err)
	}
	if s.server != "" {
		if err := whatsapp.CheckServer(s.server); err != nil {
			r.wrong("whatsapp-server", "%w", err)
		}
	}
	return s
}

// fastest is more than any network takes: a server on one's own machine.
const fastest = 100_000

func (r *reading) readTelegram() telegram.Config {
	c := telegram.Config{Token: r.secret("telegram-token", r.TelegramToken, r.TelegramTokenFile), API: r.TelegramAPI}
	u, err := url.Parse(c.API)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		r.wrong("telegram-api", "should begin with https:// or http://")
		c.API = telegram.DefaultAPI
	}
	c.Rate, err = strconv.ParseFloat(r.TelegramRate, 64)
	if err != nil || !(c.Rate > 0 && c.Rate <= fastest) {
		r.wrong("telegram-rate", "is %q, but should be a number above 0", r.TelegramRate)
	}
	r.readWebhook(&c)
	if c.Token == "" {
		return c
	}
	if _, err := telegram.New(telegram.Config{Token: c.Token, API: c.API}); err != nil {
		r.wrong("telegram-token", "is malformed: it should be digits, a colon and a secret, as @BotFather gave it")
	}
	return c
}

var (
	// secretForm is Telegram's: https://core.telegram.org/bots/api#setwebhook
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	// hookPorts are those to which Telegram connects: https://core.telegram.org/bots/api#setwebhook
	hookPorts = []string{"", "443", "80", "88", "8443"}
	// ownPaths are the paths of the web server's own.
	ownPaths = []string{"/livez", "/healthz", "/metrics"}
)

// readWebhook gives where Telegram brings messages, if it does. Without https it may be this machine only.
func (r *reading) readWebhook(c *telegram.Config) {
	secret := r.secret("telegram-secret", r.TelegramSecret, r.TelegramSecretFile)
	if r.TelegramWebhook == "" {
		return
	}
	c.Webhook, c.Secret = r.TelegramWebhook, secret
	u, err := url.Parse(c.Webhook)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		r.wrong("telegram-webhook", "should be an address such as https://bot.example.nl/telegram")
	case !loopback(u.Hostname()) && !slices.Contains(hookPorts, u.Port()):
		r.wrong("telegram-webhook", "has the port %s, but Telegram connects to 443, 80, 88 or 8443 only", u.Port())
	case slices.Contains(ownPaths, u.Path) || strings.ContainsAny(u.Path, "{} "):
		r.wrong("telegram-webhook", "can't have the path %s: choose another, such as /telegram", u.Path)
	case r.Web == "":
		r.wrong("telegram-webhook", "needs the web server: set BUURTBODE_WEB")
	}
	switch {
	case secret == "":
		r.wrong("telegram-secret", "is needed with a webhook, so that nobody but Telegram brings messages: openssl rand -hex 32 makes one")
	case !secretForm.MatchString(secret):
		r.wrong("telegram-secret", "should be 1 to 256 letters, digits, _ and -")
	}
}

func (r *reading) language() string {
	catalog, err := locales.Load("nl")
	switch {
	case err != nil:
		r.wrong("language", "can't be used: %w", err)
	case !catalog.Known(r.Language):
		r.wrong("language", "is %q; there are %s", r.Language, strings.Join(catalog.Languages(), ", "))
	}
	return r.Language
}

// phoneForm is a telephone number as people write it.
var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 -]{1,18}[0-9]$`)

func (r *reading) readBot() commands.Settings {
	s := commands.Settings{
		Emergency: r.phone("emergency", r.Emergency), Police: r.phone("police", r.Police), Weekly: r.Weekly,
		RemindEvery:   r.duration("remind-every", r.RemindEvery),
		EscalateAfter: r.duration("escalate-after", r.EscalateAfter),
		LeaveAfter:    r.duration("leave-after", r.LeaveAfter),
	}
	if r.RemindAfter != "" {
		s.RemindAfter = r.duration("remind-after", r.RemindAfter)
	}
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil || r.Timezone == "Local" {
		r.wrong("timezone", "is %q, which is no time zone: it looks like Europe/Amsterdam", r.Timezone)
		zone = time.UTC
	}
	s.Zone = zone
	_, err = commands.ParseWeekly(r.Weekly, zone)
	if err == nil && strings.TrimSpace(r.Weekly) == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		r.wrong("weekly", "is %q, which is no schedule (%w): it looks like 0 9 * * MON (minute, hour, day, month, weekday), or @every 10s", r.Weekly, err)
	}
	return s
}

func (r *reading) phone(flag, value string) string {
	if !phoneForm.MatchString(value) {
		r.wrong(flag, "is %q, which is no telephone number", value)
	}
	return value
}

func (r *reading) duration(flag, value string) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		r.wrong(flag, "is %q, but should be a duration such as 90m or 72h", value)
	}
	return d
}

func (r *reading) readLog() (*slog.HandlerOptions, bool) {
	o := &slog.HandlerOptions{}
	level, known := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}[strings.ToLower(r.LogLevel)]
	if !known {
		r.wrong("log-level", "is %q, but should be debug, info, warn or error", r.LogLevel)
	}
	o.Level = level
	if r.LogFormat != "text" && r.LogFormat != "json" {
		r.wrong("log-format", "is %q, but should be text or json", r.LogFormat)
	}
	return o, r.LogFormat == "json"
}

// logger writes the log.
func (a *app) logger() *slog.Logger {
	if a.json {
		return slog.New(slog.NewJSONHandler(a.Stderr, a.log))
	}
	return slog.New(slog.NewTextHandler(a.Stderr, a.log))
}
