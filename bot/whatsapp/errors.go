package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"go.mau.fi/whatsmeow"

	"github.com/buurtbode/buurtbode/messages"
)

// How long sending stops after WhatsApp said that it was too much, where it doesn't say for how long.
const (
	afterTooMany = 5 * time.Minute  // 429
	afterLimit   = 60 * time.Minute // 463: the account may not write to people at the moment
)

// codeAtEnd is the code that the library puts behind its words for a message that was refused.
var codeAtEnd = regexp.MustCompile(`([0-9]{3})$`)

// sendError tells the outbox what err means for a send.
func (w *WhatsApp) sendError(ctx context.Context, err error) *messages.SendError {
	var done *messages.SendError
	if errors.As(err, &done) {
		return done
	}
	cause := plain(err)
	var asked *whatsmeow.IQError
	switch {
	// first: such an error is also the answer that it was made of, which alone means less
	case errors.Is(err, whatsmeow.ErrNotInGroup), errors.Is(err, whatsmeow.ErrGroupNotFound):
		return &messages.SendError{Code: "gone", Gone: true, Cause: cause}
	case errors.As(err, &asked):
		return refused(asked.Code, cause)
	case errors.Is(err, whatsmeow.ErrServerReturnedError):
		code, _ := strconv.Atoi(codeAtEnd.FindString(err.Error()))
		return refused(code, cause)
	case errors.Is(err, whatsmeow.ErrNotLoggedIn):
		return &messages.SendError{Code: "unlinked", Retry: true, Cause: cause}
	case ctx.Err() != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, whatsmeow.ErrMessageTimedOut):
		return &messages.SendError{Code: "timeout", Retry: true, Cause: cause}
	case errors.Is(err, whatsmeow.ErrNotConnected), errors.Is(err, whatsmeow.ErrIQDisconnected), errors.Is(err, whatsmeow.ErrIQTimedOut):
		return &messages.SendError{Code: "network", Retry: true, Cause: cause}
	}
	return &messages.SendError{Code: "library", Retry: true, Cause: cause}
}

// refused is a refusal of WhatsApp's, by its code.
func refused(code int, cause error) *messages.SendError {
	e := &messages.SendError{Code: strconv.Itoa(code), Cause: cause}
	switch {
	case code == 429:
		e.Retry, e.Slow, e.After = true, true, afterTooMany
	case code == 463:
		e.Retry, e.Slow, e.After = true, true, afterLimit
	case code == 401 || code == 403: // not a member any more, or only administrators may write
		e.Code = "no_rights"
	case code == 404:
		e.Code, e.Gone = "gone", true
	case code >= 500 || code == 408 || code == 0:
		e.Retry = true
	}
	if e.Cause == nil {
		e.Cause = fmt.Errorf("WhatsApp answered %d", code)
	}
	return e
}
