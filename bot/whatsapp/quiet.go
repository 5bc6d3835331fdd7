package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"runtime/debug"

	waLog "go.mau.fi/whatsmeow/util/log"
)

// quiet is the library's log: what it calls a warning or an error is for whoever looks closely, and no number of anybody
// stands in it.
type quiet struct{ log *slog.Logger }

var _ waLog.Logger = quiet{}

func (q quiet) Warnf(msg string, args ...any)  { q.say("warning", msg, args) }
func (q quiet) Errorf(msg string, args ...any) { q.say("error", msg, args) }
func (q quiet) Infof(string, ...any)           {}
func (q quiet) Debugf(string, ...any)          {}
func (q quiet) Sub(string) waLog.Logger        { return q }

func (q quiet) say(level, msg string, args []any) {
	if !q.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	q.log.Debug("whatsapp library", "level", level, "cause", harmless(fmt.Sprintf(msg, args...)))
}

var (
	address    = regexp.MustCompile(`[0-9A-Za-z.:_-]+@(s\.whatsapp\.net|lid|g\.us|c\.us|hosted(\.lid)?|broadcast|newsletter)`)
	longNumber = regexp.MustCompile(`\+?[0-9][0-9 .:-]{4,}[0-9]`)
	quoted     = regexp.MustCompile(`(?s)["“].*`)
)

// harmless takes addresses and long numbers out of the library's words, and whatever it quotes.
func harmless(s string) string {
	s = address.ReplaceAllString(s, "#")
	s = quoted.ReplaceAllString(s, "…")
	s = longNumber.ReplaceAllString(s, "#")
	const most = 160
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

// plain is err as it may be shown and logged. It wraps nothing: what the library gives holds addresses.
func plain(err error) error {
	var ended *Ended
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ended):
		return ended
	}
	return errors.New(harmless(err.Error()))
}

// panicked is a panic as it may be logged: anything but a runtime error could hold a message.
func panicked(r any) error {
	var known runtime.Error
	if err, ok := r.(error); ok && errors.As(err, &known) {
		return fmt.Errorf("panic: %w\n%s", known, debug.Stack())
	}
	return fmt.Errorf("panic with a %T\n%s", r, debug.Stack())
}

func kindOf(event any) string { return fmt.Sprintf("%T", event) }
