package whatsapptest_test

import (
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestAMessageComesAgainUntilItIsConfirmed(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	bot.EnableDecryptedEventBuffer = true
	refused := make(chan types.MessageID, 10)
	bot.AddEventHandlerWithSuccessStatus(func(e any) bool {
		if m, ok := e.(*events.Message); ok {
			refused <- m.Info.ID
			return false
		}
		return true
	})
	connects(t, server, bot)
	id := anna.Says(server.PN(botsNumber), "onthoud dit")
	if got := next(t, refused); got != id {
		t.Errorf("the bot got %s", got)
	}
	if n := server.Waiting(botsNumber); n != 1 {
		t.Errorf("%d messages wait, want 1", n)
	}
	// As after a crash: another client with the same keys. The first hears that it was replaced.
	replaced := on[*events.StreamReplaced](bot)
	second := client(t, server, whatsmeow.NewClient(bot.Store, nil))
	second.EnableDecryptedEventBuffer = true
	heard := on[*events.Message](second)
	connects(t, server, second)
	next(t, replaced)
	hears(t, heard, "onthoud dit", func(m *events.Message) bool { return m.Info.ID == id })
	server.Confirmed(t, botsNumber)
}

func TestStrangersAreNotWrittenTo(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bot := server.Person("Anna", annasNumber), linked(t, server, botsNumber)
	heard := on[*events.Message](bot)
	connects(t, server, bot)
	server.StrictAboutStrangers()
	if _, err := bot.SendMessage(within(t), anna.PN(), text("Dag onbekende")); err == nil {
		t.Error("the bot could write first")
	}
	anna.Says(server.PN(botsNumber), "Dag bot")
	hears(t, heard, "Dag bot", func(*events.Message) bool { return true })
	server.Settled(t)
	if _, err := bot.SendMessage(within(t), anna.PN(), text("Dag Anna")); err != nil {
		t.Error(err)
	}
	anna.Hears(t, server.PN(botsNumber), "Dag Anna")
}

func TestHistoryIsOfferedAndFetchedOnlyWhenWanted(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", annasNumber)
	wants, not := linked(t, server, annasNumber), linked(t, server, annasNumber)
	not.ManualHistorySyncDownload = true
	got, offered := on[*events.HistorySync](wants), on[*events.Message](not)
	connects(t, server, wants)
	connects(t, server, not)
	anna.SharesHistory()
	if h := next(t, got); len(h.Data.GetConversations()) != 1 {
		t.Errorf("the history is %v", h.Data)
	}
	for next(t, offered).Message.GetProtocolMessage().GetHistorySyncNotification() == nil {
		continue // what was said to make the sessions
	}
	server.Settled(t)
	if n := server.Downloads(); n != 1 {
		t.Errorf("%d downloads, want 1", n)
	}
}

func TestReadingIsShown(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	group := server.Group("Beheerders Lisse", anna, bert, whatsapptest.Hidden())
	receipts := listen[*events.Receipt](anna)
	id := anna.Says(group, "Lezen jullie dit?")
	bert.Reads(group, bert.Hears(t, group, "Lezen"))
	for {
		r := next(t, receipts)
		if r.Type != types.ReceiptTypeRead {
			continue
		}
		if r.MessageIDs[0] != id || r.Chat != group || r.Sender != bert.LID() {
			t.Errorf("Anna is told %+v", r)
		}
		return
	}
}
