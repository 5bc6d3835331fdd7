package whatsapptest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestABanEnds(t *testing.T) {
	server := whatsapptest.New(t)
	bot := linked(t, server, botsNumber)
	bans, lost := on[*events.TemporaryBan](bot), on[*events.Disconnected](bot)
	connects(t, server, bot)
	now := time.Now()
	server.SetClock(func() time.Time { return now })
	server.Ban(botsNumber, 3600)
	next(t, lost)
	if b := next(t, bans); b.Code != events.TempBanSentToTooManyPeople || b.Expire < time.Hour || b.Expire > time.Hour+2*time.Second {
		t.Errorf("the ban is %+v", b)
	}
	server.Gone(t, botsNumber)
	server.SetClock(func() time.Time { return now.Add(2 * time.Hour) })
	connects(t, server, client(t, server, whatsmeow.NewClient(bot.Store, nil))) // as after a restart
}

func TestALinkedDeviceIsRemoved(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, annasNumber)
	out := on[*events.LoggedOut](bot)
	online := on[*events.OfflineSyncCompleted](bot)
	if err := bot.Connect(); err != nil { // the server disconnects it
		t.Fatal(err)
	}
	next(t, online)
	server.LogOut(annasNumber)
	if e := next(t, out); e.OnConnect {
		t.Errorf("told %+v", e)
	}
	bert := server.Person("Bert", bertsNumber)
	bert.Says(anna.PN(), "ben je er nog?")
	anna.Hears(t, bert.PN(), "er nog")
}

func TestADeviceThatWasRemovedWhileOfflineHearsOfIt(t *testing.T) {
	server := whatsapptest.New(t)
	bot := linked(t, server, botsNumber)
	server.LogOut(botsNumber)
	out := on[*events.LoggedOut](bot)
	if err := bot.Connect(); err != nil {
		t.Fatal(err)
	}
	if e := next(t, out); !e.OnConnect || e.Reason != events.ConnectFailureLoggedOut {
		t.Errorf("told %+v", e)
	}
	server.Gone(t, botsNumber)
}

func TestOtherWaysToBeSentAway(t *testing.T) {
	t.Run("replaced", func(t *testing.T) {
		server := whatsapptest.New(t)
		bot := linked(t, server, botsNumber)
		replaced := on[*events.StreamReplaced](bot)
		connects(t, server, bot)
		server.Replace(botsNumber)
		next(t, replaced)
		server.Gone(t, botsNumber)
	})
	t.Run("outdated", func(t *testing.T) {
		server := whatsapptest.New(t)
		bot := linked(t, server, botsNumber)
		outdated := on[*events.ClientOutdated](bot)
		server.Outdated(true)
		if err := bot.Connect(); err != nil {
			t.Fatal(err)
		}
		next(t, outdated)
		server.Gone(t, botsNumber)
	})
	t.Run("blocked", func(t *testing.T) {
		server := whatsapptest.New(t)
		bot := linked(t, server, botsNumber)
		out := on[*events.LoggedOut](bot)
		connects(t, server, bot)
		server.Block(botsNumber)
		if e := next(t, out); e.Reason != events.ConnectFailureUnknownLogout {
			t.Errorf("told %+v", e)
		}
		server.Gone(t, botsNumber)
	})
	t.Run("by itself", func(t *testing.T) {
		server := whatsapptest.New(t)
		bot := linked(t, server, botsNumber)
		connects(t, server, bot)
		if err := bot.Logout(within(t)); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoIsCutOffConnectsAgain(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	lost, back, heard := on[*events.Disconnected](bot), on[*events.OfflineSyncCompleted](bot), on[*events.Message](bot)
	connects(t, server, bot)
	next(t, back)
	anna.Says(server.PN(botsNumber), "voor")
	hears(t, heard, "voor", func(*events.Message) bool { return true })
	server.Confirmed(t, botsNumber)
	server.Drop(botsNumber)
	next(t, lost)
	next(t, back)
	anna.Says(server.PN(botsNumber), "na")
	hears(t, heard, "na", func(*events.Message) bool { return true })
}

func TestSendsAreRefused(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	connects(t, server, bot)
	for _, code := range []int{429, 463} {
		server.RefuseSends(code, 1)
		anna.Says(server.PN(botsNumber), "een mens mag wel")
		_, err := bot.SendMessage(within(t), anna.PN(), text("mag dit?"))
		if !errors.Is(err, whatsmeow.ErrServerReturnedError) || !strings.HasSuffix(err.Error(), map[int]string{429: "429", 463: "463"}[code]) {
			t.Errorf("refused with %v", err)
		}
	}
	if _, err := bot.SendMessage(within(t), anna.PN(), text("nu wel")); err != nil {
		t.Fatal(err)
	}
	anna.Hears(t, server.PN(botsNumber), "nu wel")
	if heard := anna.Heard(server.PN(botsNumber)); len(heard) != 1 {
		t.Errorf("Anna heard %d messages, want 1", len(heard))
	}
}

func TestAnAcknowledgementIsHeldBack(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	connects(t, server, bot)
	release := server.HoldAcks()
	const id = "3EB0000000000000000001"
	_, err := bot.SendMessage(within(t), anna.PN(), text("één keer"), whatsmeow.SendRequestExtra{ID: id, Timeout: 100 * time.Millisecond})
	if !errors.Is(err, whatsmeow.ErrMessageTimedOut) {
		t.Errorf("sent with %v", err)
	}
	anna.Hears(t, server.PN(botsNumber), "één keer")
	release()
	if _, err := bot.SendMessage(within(t), anna.PN(), text("één keer"), whatsmeow.SendRequestExtra{ID: id}); err != nil {
		t.Fatal(err)
	}
	anna.HearsWhere(t, server.PN(botsNumber), "that came twice", func(m whatsapptest.Message) bool { return m.Copies == 2 })
	if heard := anna.Heard(server.PN(botsNumber)); len(heard) != 1 {
		t.Errorf("Anna's phone shows %d messages, want 1", len(heard))
	}
}
