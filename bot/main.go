package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // the zones: where the program runs there may be none

	"github.com/alecthomas/kong"

	"github.com/buurtbode/buurtbode/storage"
)

// Program is one call of the program.
type Program struct {
	Version        string
	Args           []string // without the program's name
	Stdout, Stderr io.Writer
	Clock          func(zone *time.Location) Clock // nil: WallClock; tests and the demo turn their own
}

// The exit codes.
const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2 // used wrongly: a setting, a flag, a name that doesn't exist
)

// usageError is a mistake of who called the program.
type usageError struct{ error }

// Unwrap gives the mistake.
func (e usageError) Unwrap() error { return e.error }

func misused(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Main runs the program until it has done what it was called for, or until ctx ends, and gives its exit code. What it
// has to say goes to Stdout, what went wrong to Stderr, a line each.
func Main(ctx context.Context, p Program) int {
	if p.Clock == nil {
		p.Clock = WallClock
	}
	err := p.main(ctx)
	if err == nil {
		return exitGood
	}
	if errors.As(err, new(usageError)) { // a line for each mistake
		for line := range strings.Lines(err.Error()) {
			_, _ = fmt.Fprintf(p.Stderr, "buurtbode: %s\n", strings.TrimSpace(line))
		}
		return exitUsage
	}
	_, _ = fmt.Fprintf(p.Stderr, "buurtbode: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	return exitFailed
}

// cli is how the program is called: its settings and its subcommands.
type cli struct {
	options

	Run     runCommand     `cmd:"" default:"1" help:"Run the bot: what happens without a command."`
	Demo    demoCommand    `cmd:"" help:"Play a whole case in the browser, in a town that is gone afterwards."`
	Import  importCommand  `cmd:"" help:"Read police, municipalities and areas from a file, or bring in the sample district."`
	Invite  inviteCommand  `cmd:"" help:"Print a one-time code that gives a role."`
	Pair    pairCommand    `cmd:"" help:"Link the bot with a WhatsApp number, by a QR code or by a code to type."`
	Doctor  doctorCommand  `cmd:"" help:"Tell how everything is set up, and what is wrong."`
	Health  healthCommand  `cmd:"" help:"Ask the bot that runs on this machine whether it is well."`
	Backup  backupCommand  `cmd:"" help:"Copy the database into a new file, also while the bot runs."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `Carries messages between neighbourhood watch groups, the police and the municipality.

Every setting is a flag or an environment variable: --telegram-rate is BUURTBODE_TELEGRAM_RATE. The flag wins.`

// app is what a subcommand works with.
type app struct {
	Program
	settings
}

func (p Program) main(ctx context.Context) error {
	var c cli
	helped := false
	called, err := c.parse(p.Args, kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(int) { helped = true }))
	if helped {
		return nil
	}
	if err != nil {
		return misused("%w (buurtbode --help shows what there is)", err)
	}
	a := app{Program: p}
	if a.settings, err = c.read(called); err != nil {
		return usageError{err}
	}
	called.BindTo(ctx, (*context.Context)(nil))
	return called.Run(&a)
}

func (c *cli) parse(args []string, options ...kong.Option) (*kong.Context, error) {
	parser, err := c.parser(options...)
	if err != nil {
		return nil, err
	}
	return parser.Parse(args)
}

func (c *cli) parser(options ...kong.Option) (*kong.Kong, error) {
	return kong.New(c, append(options,
		kong.Name("buurtbode"), kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, NoAppDescFormat: true, WrapUpperBound: 120}),
		kong.ValueFormatter(func(v *kong.Value) string { return v.Help }), // the description says how the variables are called
		kong.Help(printHelp),
	)...)
}

// printHelp leaves the settings out of the help of a single command: they hold for all.
func printHelp(options kong.HelpOptions, called *kong.Context) error {
	if one := called.Selected(); one != nil && one.Name != "run" {
		for _, f := range called.Model.Flags {
			f.Hidden = len(f.Envs) > 0
		}
	}
	return kong.DefaultHelpPrinter(options, called)
}

// open opens the database as the settings say.
func (a *app) open(ctx context.Context) (*storage.Store, error) { return storage.Open(ctx, a.database) }

// print writes a line for people or for scripts.
func (a *app) print(format string, args ...any) error {
	_, err := fmt.Fprintf(a.Stdout, format+"\n", args...)
	return err
}

// note writes a line for people only.
func (a *app) note(format string, args ...any) { _, _ = fmt.Fprintf(a.Stderr, format+"\n", args...) }

// now is the domain clock's time.
func (a *app) now() time.Time { return a.Clock(a.bot.Zone).Now() }

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(a *app) error { return a.print("buurtbode %s", a.Version) }
