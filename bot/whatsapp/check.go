package whatsapp

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Paused is until when WhatsApp lets the number send nothing, in real time, and why; the zero time: all is well.
func (w *WhatsApp) Paused() (until time.Time, why string) {
	p := w.state.paused()
	if !p.until.After(realNow()) {
		return time.Time{}, ""
	}
	return p.until, p.why
}

// Check finds out how the account is set up, for an operator who asks. It doesn't connect: WhatsApp would end the
// connection of the bot that runs.
func (w *WhatsApp) Check(context.Context) []messages.Finding {
	out := []messages.Finding{{OK: true, Text: fmt.Sprintf("a number is linked (account %s); at most %g messages a minute", w.Account(), w.cfg.Rate)}}
	if f, ok := w.cfg.Store.checkFile(); ok {
		out = append(out, f)
	}
	return out
}

// checkFile finds out whether others can read the keys; false: they are in no file.
func (s *Store) checkFile() (messages.Finding, bool) {
	if s.file == "" || runtime.GOOS == "windows" {
		return messages.Finding{}, false
	}
	info, err := os.Stat(s.file)
	switch {
	case err != nil:
		return messages.Finding{Text: "its keys can't be looked at: " + s.file}, true
	case info.Mode().Perm()&fs.FileMode(0o077) != 0:
		return messages.Finding{Text: "others on this machine can read its keys: chmod 600 " + s.file}, true
	}
	return messages.Finding{OK: true, Text: "only the bot can read its keys: " + s.file}, true
}
