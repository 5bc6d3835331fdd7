package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// apiError is the Bot API's refusal of a call.
type apiError struct {
	Method      string
	Code        int    // error_code
	Description string // the API's words, made harmless
	RetryAfter  time.Duration
	MovedTo     string // the id under which the chat goes on
}

// Error tells the call, the code and the API's words.
func (e *apiError) Error() string {
	return fmt.Sprintf("telegram %s: %d %s", e.Method, e.Code, e.Description)
}

// says tells whether the API's words hold one of these, whatever their case.
func (e *apiError) says(words ...string) bool {
	d := strings.ToLower(e.Description)
	for _, w := range words {
		if strings.Contains(d, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// netError is a call that got no answer of the Bot API's. It wraps nothing: what net/http gives holds the address, and
// the library ends its loop at any error that is context.Canceled.
type netError struct {
	Method    string
	Code      string // "network", "timeout", "cancelled", "request", or an HTTP status
	Cause     string
	cancelled bool
}

// Error tells the call and what happened to it.
func (e *netError) Error() string {
	return fmt.Sprintf("telegram %s: %s: %s", e.Method, e.Code, e.Cause)
}

// Words of the Bot API by which refusals are told apart: it has no finer codes. Collected from
// https://github.com/tdlib/telegram-bot-api (Client.cpp) and tdlib's errors, which come through in capitals.
var (
	saysGone = []string{
		"chat not found", "user not found", "user is deactivated", "bot was blocked", "bot was kicked", "group chat was deleted",
		"bot is not a member", "group chat was deactivated", "PEER_ID_INVALID", "USER_DEACTIVATED", "CHANNEL_PRIVATE",
	}
	saysForbidden = []string{"have no rights to send", "not enough rights", "CHAT_WRITE_FORBIDDEN", "CHAT_RESTRICTED", "CHAT_SEND_", "need administrator rights"}
	saysTopic     = []string{"TOPIC_CLOSED"}
	saysNoTopic   = []string{"message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"}
	saysUnchanged = []string{"message is not modified", "MESSAGE_NOT_MODIFIED"}
	saysNotFound  = []string{"message to edit not found", "message to delete not found", "message not found", "MESSAGE_ID_INVALID"}
	saysTooOld    = []string{"message can't be edited", "message can't be deleted", "MESSAGE_EDIT_TIME_EXPIRED"}
	saysNoText    = []string{"there is no text in the message"}
	saysNoCaption = []string{"there is no caption in the message"}
	saysPhotoFile = []string{"file identifier", "file_id", "remote file", "FILE_REFERENCE", "FILE_ID_INVALID", "can't use file of type", "HTTP URL", "PHOTO_INVALID", "PHOTO_ID_INVALID", "MEDIA_EMPTY"}
)

// refusedAfter is how long a send waits while Telegram refuses the token: nothing but the operator changes that.
const refusedAfter = 5 * time.Minute

// sendError tells the outbox what err means for a send.
func (t *Telegram) sendError(err error) *messages.SendError {
	var done *messages.SendError
	if errors.As(err, &done) {
		return done
	}
	var refusal *apiError
	if errors.As(err, &refusal) {
		if tokenRefused(refusal) {
			t.logRefused(refusal)
		}
		return refusal.sendError()
	}
	var lost *netError
	if errors.As(err, &lost) {
		// a request that could not be built will not be built the next time either
		return &messages.SendError{Code: lost.Code, Retry: lost.Code != "request", Cause: lost}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &messages.SendError{Code: "cancelled", Retry: true}
	}
	return &messages.SendError{Code: "library", Cause: errors.New(t.http.redact(harmless(err.Error())))}
}

func (e *apiError) sendError() *messages.SendError {
	out := &messages.SendError{Code: strconv.Itoa(e.Code), Cause: e}
	switch {
	case e.MovedTo != "":
		out.Code, out.Retry, out.MovedTo = "moved", true, e.MovedTo
	case e.Code == http.StatusTooManyRequests:
		out.Retry, out.Slow, out.After = true, true, e.RetryAfter
	case tokenRefused(e):
		out.Retry, out.After = true, refusedAfter
	case e.Code >= http.StatusInternalServerError:
		out.Retry, out.After = true, e.RetryAfter
	case e.says(saysForbidden...):
		out.Code = "no_rights"
	case e.says(saysTopic...):
		out.Code = "topic_closed"
	case e.Code == http.StatusForbidden, e.says(saysGone...):
		out.Gone = true
	case e.says(saysTooOld...):
		out.Code = "too_old"
	case e.says(saysNotFound...):
		out.Code = "not_found"
	}
	return out
}

// logRefused tells the operator, once, that the account is dead until the token is changed.
func (t *Telegram) logRefused(err error) {
	if t.refused.CompareAndSwap(false, true) {
		t.log.Error("Telegram refuses the token: get a new one from @BotFather", "cause", err)
	}
}

// plain is err as it may be shown and logged: without the token, and not wrapping what holds it.
func (t *Telegram) plain(err error) error {
	var refusal *apiError
	if errors.As(err, &refusal) {
		return refusal
	}
	var lost *netError
	if errors.As(err, &lost) {
		return lost
	}
	return errors.New(t.http.redact(harmless(err.Error())))
}

var (
	quoted     = regexp.MustCompile(`(?s)["'«“].*`)
	longNumber = regexp.MustCompile(`\+?[0-9][0-9 -]{4,}[0-9]`)
)

// harmless cuts the API's words where it begins to quote, and hides long numbers: an error must not hold what people
// wrote, nor their telephone numbers.
func harmless(s string) string {
	// "can't" quotes nothing
	s = strings.ReplaceAll(s, "n't", "n\x00t")
	s = quoted.ReplaceAllString(s, "…")
	s = strings.ReplaceAll(s, "\x00", "'")
	s = longNumber.ReplaceAllString(s, "#")
	const most = 120
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}
