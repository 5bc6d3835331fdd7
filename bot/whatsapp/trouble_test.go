package whatsapp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// What was not received comes again: after an error, after a panic, and after the process died before it was confirmed.
func TestNothingIsConfirmedBeforeItIsReceived(t *testing.T) {
	r := newRig(t)
	tries := 0
	r.receive = func(in messages.Inbound) error { // called by one goroutine at a time
		if in.Text != "/saar eerst" {
			return nil
		}
		if tries++; tries <= 2 {
			return errNotNow
		}
		if tries == 3 {
			panic("a bug")
		}
		return nil
	}
	r.start()
	anna := r.server.Person("Anna", annasNumber)
	anna.Says(r.server.PN(botsNumber), "/saar eerst")
	anna.Says(r.server.PN(botsNumber), "/saar daarna")
	r.hearsText("eerst")
	r.hearsText("daarna")
	r.server.Confirmed(t, botsNumber)
	if tries != 4 {
		t.Errorf("it was tried %d times, want 4", tries)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.Contains(r.log.String(), "a bug") {
		t.Errorf("what a panic says stands in the log, and could be a message:\n%s", r.log)
	}
}

func TestWhatWasSaidMeanwhileComesAfterARestart(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/saar 1")
	r.hearsText("/saar 1")
	r.server.Confirmed(t, botsNumber)
	if err := r.halt(); err != nil {
		t.Fatalf("Run ended with %v", err)
	}
	anna.Says(bot, "/saar 2")
	anna.Says(bot, "/saar 3")
	if n := r.server.Waiting(botsNumber); n < 2 {
		t.Fatalf("%d stanzas wait", n)
	}
	r.start()
	r.hearsText("/saar 2")
	r.hearsText("/saar 3")
	r.server.Confirmed(t, botsNumber)
}

// A message that was handled, but not confirmed when the process died, comes again under the same id.
func TestADeadProcessConfirmsNothing(t *testing.T) {
	r := newRig(t)
	handled := make(chan struct{})
	died := make(chan struct{})
	r.receive = func(messages.Inbound) error {
		close(handled)
		<-died // the effect is committed; the process dies before it returns
		return errNotNow
	}
	r.start()
	anna := r.server.Person("Anna", annasNumber)
	id := anna.Says(r.server.PN(botsNumber), "/saar")
	<-handled
	stop := r.stop
	stop()
	close(died)
	if err := r.halt(); err != nil {
		t.Fatal(err)
	}
	if n := r.server.Waiting(botsNumber); n == 0 {
		t.Fatal("it was confirmed")
	}
	r.mu.Lock()
	r.receive = nil
	r.mu.Unlock()
	r.start()
	if in := r.hearsText("/saar"); in.ID != id {
		t.Errorf("it came again as %q, was %q", in.ID, id)
	}
	r.server.Confirmed(t, botsNumber)
}

func TestConnectionComesBack(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	for i, text := range []string{"een", "twee", "drie"} {
		anna.Says(r.server.PN(botsNumber), text)
		r.hearsText(text)
		r.send(to(anna.LID(), messages.Direct, key(byte(i)), "antwoord "+text))
		anna.Hears(t, r.server.PN(botsNumber), "antwoord "+text)
		r.drop()
	}
}

func TestPhoneThatWasOff(t *testing.T) {
	r, anna, _, group := inGroup(t)
	anna.Offline()
	r.send(with(group, 1, "Vermist"))
	anna.Online()
	anna.Hears(t, jid(t, group), "Vermist")
}

// A phone that can't read a message asks for it again; after a restart the bot takes it from what it sent.
func TestRetryAfterRestart(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/start")
	r.hearsText("/start")
	r.send(to(anna.LID(), messages.Direct, key(1), "Welkom"))
	anna.Hears(t, bot, "Welkom")
	anna.Says(bot, "dank je") // from here on the session is settled on both sides
	r.hearsText("dank je")
	anna.Offline()
	sent := r.send(to(anna.LID(), messages.Direct, key(2), "Bericht 12"))
	if err := r.halt(); err != nil {
		t.Fatal(err)
	}
	if err := anna.Client().Store.Sessions.DeleteAllSessions(t.Context(), r.server.LID(botsNumber).SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	r.start()
	anna.Online()
	m := anna.Hears(t, bot, "Bericht 12")
	if m.ID != sent.ID || m.Retry == 0 {
		t.Errorf("it came as %+v, want a retry of %q", m, sent.ID)
	}
}

// It asks for several at once, and each of them can be read.
func TestSeveralRetriesAfterRestart(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/start")
	r.hearsText("/start")
	r.send(to(anna.LID(), messages.Direct, key(1), "Welkom"))
	anna.Hears(t, bot, "Welkom")
	anna.Says(bot, "dank je")
	r.hearsText("dank je")
	anna.Offline()
	const many = 3
	for i := range byte(many) {
		r.send(to(anna.LID(), messages.Direct, key(2+i), fmt.Sprint("Bericht ", i)))
	}
	if err := r.halt(); err != nil {
		t.Fatal(err)
	}
	if err := anna.Client().Store.Sessions.DeleteAllSessions(t.Context(), r.server.LID(botsNumber).SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	r.start()
	anna.Online()
	for i := range many {
		if m := anna.Hears(t, bot, fmt.Sprint("Bericht ", i)); m.Retry == 0 {
			t.Errorf("message %d came as %+v, want a retry", i, m)
		}
	}
}

// A correction or a withdrawal that a phone could not read is sent again too, as what it is.
func TestRetriedChangesAfterRestart(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/start")
	r.hearsText("/start")
	first := r.send(to(anna.LID(), messages.Direct, key(1), "Vermist: meisje van 8"))
	second := r.send(to(anna.LID(), messages.Direct, key(2), "Inbraak gezien?"))
	anna.Hears(t, bot, "Vermist")
	anna.Hears(t, bot, "Inbraak")
	anna.Says(bot, "dank je")
	r.hearsText("dank je")
	anna.Offline()
	edit := to(anna.LID(), messages.Direct, key(3), "Vermist: meisje van 9")
	edit.Action, edit.Target = messages.Edit, first.ID
	r.send(edit)
	gone := to(anna.LID(), messages.Direct, key(4), "")
	gone.Action, gone.Target, gone.Body = messages.Withdraw, second.ID, nil
	r.send(gone)
	if err := r.halt(); err != nil {
		t.Fatal(err)
	}
	if err := anna.Client().Store.Sessions.DeleteAllSessions(t.Context(), r.server.LID(botsNumber).SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	r.start()
	anna.Online()
	anna.HearsWhere(t, bot, "the correction", func(m whatsapptest.Message) bool {
		return m.ID == first.ID && m.Edited && m.Text == "Vermist: meisje van 9"
	})
	anna.HearsWhere(t, bot, "the withdrawal", func(m whatsapptest.Message) bool { return m.ID == second.ID && m.Revoked })
}

func TestWhatOnlyAPersonCanMendEndsThisPlatform(t *testing.T) {
	for name, c := range map[string]struct {
		happens  func(*whatsapptest.Server)
		advice   string
		unlinked bool // the number can be linked again, without clearing anything away
	}{
		"unlinked": {func(s *whatsapptest.Server) { s.LogOut(botsNumber) }, "buurtbode pair", true},
		"replaced": {func(s *whatsapptest.Server) { s.Replace(botsNumber) }, "another program", false},
		"blocked":  {func(s *whatsapptest.Server) { s.Block(botsNumber) }, "blocked the number", true},
		"outdated": {func(s *whatsapptest.Server) { s.Outdated(true); s.Drop(botsNumber) }, "docs/whatsapp.md", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t).start()
			anna := r.server.Person("Anna", annasNumber)
			anna.Says(r.server.PN(botsNumber), "hallo")
			r.hearsText("hallo")
			r.server.Confirmed(t, botsNumber)
			account, link := r.w.Account(), r.w.StartLink("x")
			c.happens(r.server)
			var ended *whatsapp.Ended
			if err := <-r.finished; !errors.As(err, &ended) || !strings.Contains(err.Error(), c.advice) {
				t.Errorf("Run ended with %v", err)
			}
			r.stop = nil
			if r.w.Ready() {
				t.Error("it is ready")
			}
			if r.w.Account() != account || r.w.StartLink("x") != link {
				t.Errorf("the account is %q now, was %q", r.w.Account(), account)
			}
			linked, err := r.store.Linked(t.Context())
			if err != nil || (linked == "") != c.unlinked {
				t.Errorf("the store is linked with %q, %v", linked, err)
			}
		})
	}
}

func TestTooMuchStopsSending(t *testing.T) {
	for code, least := range map[int]time.Duration{429: time.Minute, 463: time.Minute} {
		r, _, _, group := inGroup(t)
		r.server.RefuseSends(code, 1)
		var refused *messages.SendError
		if _, err := r.trySend(with(group, 1, "Vermist")); !errors.As(err, &refused) || !refused.Slow || !refused.Retry || refused.After < least {
			t.Fatalf("%d gives %+v", code, err)
		}
		until, why := r.w.Paused()
		if until.IsZero() || !strings.Contains(why, refused.Code) {
			t.Errorf("paused until %v: %s", until, why)
		}
		if _, err := r.trySend(with(group, 2, "Nog een")); !errors.As(err, &refused) || !refused.Slow || refused.Code != "paused" {
			t.Errorf("the next one gives %v", err)
		}
	}
}

func TestTemporaryBan(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "hallo")
	r.hearsText("hallo")
	r.server.Confirmed(t, botsNumber)
	r.server.Ban(botsNumber, 2)
	anna.Says(bot, "nog iets")
	r.hearsText("nog iets") // after the two seconds
	r.send(to(anna.LID(), messages.Direct, key(1), "antwoord"))
	if until, why := r.w.Paused(); !until.IsZero() {
		t.Errorf("it is still paused until %v: %s", until, why)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !strings.Contains(r.log.String(), "temporary ban") {
		t.Errorf("the log doesn't tell:\n%s", r.log)
	}
}

// No line of the log holds a number of anybody, whatever happened.
func TestLogHoldsNoNumbers(t *testing.T) {
	r, anna, bert, group := inGroup(t)
	bert.Says(jid(t, group), "/saar")
	r.hearsText("/saar")
	anna.Says(r.server.PN(botsNumber), "geheim praatje")
	r.hearsText("geheim")
	r.server.RefuseSends(500, 1)
	_, _ = r.trySend(with(group, 1, "Vermist"))
	r.drop()
	anna.Says(r.server.PN(botsNumber), "daarna")
	r.hearsText("daarna")
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range []string{annasNumber, bertsNumber, botsNumber, "geheim", group.To.Chat} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, r.log)
		}
	}
}
