package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mymmrac/telego"
)

// Tap is a tapped button, and what the bot answered to it.
type Tap struct {
	ID   string
	Data string

	server   *Server
	answered bool
	expired  bool
	text     string
	alert    bool
}

// Taps taps a button under the latest message that has it; it waits until there is one. A button is named by all of its
// text, by what comes after the number, by its number or by its data. One that opens the private chat with the bot has
// the person start it; other addresses lead nowhere. After a question that looks like an earlier one, Hears it first.
func (t *Talk) Taps(choice string) *Tap {
	t.server.helper()
	return t.taps(0, choice)
}

// TapsOn taps a button under this message, also one that was taken off meanwhile, as a slow phone does.
func (t *Talk) TapsOn(id int, choice string) *Tap {
	t.server.helper()
	return t.taps(id, choice)
}

func (t *Talk) taps(id int, choice string) *Tap {
	t.server.helper()
	s := t.server
	var m *message
	var button telego.InlineKeyboardButton
	found := s.await(s.patience, func() bool {
		m, button = t.button(id, choice)
		return m != nil
	})
	if !found {
		s.errorf("%s has no button %q; heard:\n%s", t.locked().name(), choice, s.transcript(t.locked()))
		return &Tap{server: s, answered: true}
	}
	if button.URL != "" {
		return t.opens(button.URL)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := t.chat()
	tap := &Tap{ID: fmt.Sprint(430_000_000_000_000_001 + int64(len(s.taps))), Data: button.CallbackData, server: s}
	s.taps[tap.ID] = tap
	ch.mark = len(ch.heard)
	shown := ch.render(m)
	var under telego.MaybeInaccessibleMessage = &shown
	if m.deleted {
		under = &telego.InaccessibleMessage{Chat: ch.wire(), MessageID: m.api.MessageID}
	}
	q := telego.CallbackQuery{ID: tap.ID, From: t.person.user, Message: under, ChatInstance: fmt.Sprint(-ch.id), Data: tap.Data}
	s.push(telego.CallbackQueryUpdates, ch.id, func(u *telego.Update) { u.CallbackQuery = &q })
	return tap
}

// button finds a button; the lock is held.
func (t *Talk) button(id int, choice string) (*message, telego.InlineKeyboardButton) {
	ch := t.chat()
	if id == 0 {
		for _, m := range slices.Backward(ch.messages) {
			if !m.deleted && m.api.ReplyMarkup != nil && (t.thread == 0 || m.api.MessageThreadID == t.thread) {
				if b := choose(m.api.ReplyMarkup.InlineKeyboard, choice); b != nil {
					return m, *b
				}
			}
		}
		return nil, telego.InlineKeyboardButton{}
	}
	for _, h := range slices.Backward(ch.heard) {
		if h.ID == id {
			if b := choose(h.Buttons, choice); b != nil {
				i, _ := slices.BinarySearchFunc(ch.messages, id, func(m *message, id int) int { return m.api.MessageID - id })
				return ch.messages[i], *b
			}
		}
	}
	return nil, telego.InlineKeyboardButton{}
}

// choose finds the button that is meant.
func choose(rows [][]telego.InlineKeyboardButton, choice string) *telego.InlineKeyboardButton {
	flat := slices.Concat(rows...)
	for _, by := range []func(b telego.InlineKeyboardButton) bool{
		func(b telego.InlineKeyboardButton) bool { return b.Text == choice },
		func(b telego.InlineKeyboardButton) bool { return b.CallbackData == choice },
		func(b telego.InlineKeyboardButton) bool { return strings.HasPrefix(b.Text, choice+". ") },
		func(b telego.InlineKeyboardButton) bool {
			_, rest, ok := strings.Cut(b.Text, ". ")
			return ok && rest == choice
		},
	} {
		if i := slices.IndexFunc(flat, by); i >= 0 && choice != "" {
			return &flat[i]
		}
	}
	numbered := slices.ContainsFunc(flat, func(b telego.InlineKeyboardButton) bool {
		number, _, ok := strings.Cut(b.Text, ". ")
		_, err := strconv.Atoi(number)
		return ok && err == nil
	})
	if n, err := strconv.Atoi(choice); err == nil && !numbered && n >= 1 && n <= len(flat) {
		return &flat[n-1]
	}
	return nil
}

// opens follows a button's address: one of the bot's own starts the private chat, with what comes after "?start=".
func (t *Talk) opens(address string) *Tap {
	t.server.helper()
	t.server.mu.Lock()
	own := "https://t.me/" + t.server.me.Username
	t.server.mu.Unlock()
	rest, ok := strings.CutPrefix(address, own)
	if ok && (rest == "" || strings.HasPrefix(rest, "?start=")) {
		t.person.Says(strings.TrimSpace("/start " + strings.TrimPrefix(rest, "?start=")))
	}
	return &Tap{server: t.server, answered: true}
}

// Answered waits until the bot answered, and gives what it showed: mostly nothing.
func (t *Tap) Answered() (text string, alert bool) {
	t.server.helper()
	if !t.server.await(t.server.patience, func() bool { return t.answered }) {
		t.server.errorf("the tap on %q was never answered", t.Data)
	}
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	return t.text, t.alert
}

// Expires has it be too late for an answer.
func (t *Tap) Expires() {
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.expired = true
}
