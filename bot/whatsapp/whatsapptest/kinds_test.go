package whatsapptest_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestAllKindsOfMessagesArrive(t *testing.T) {
	modes(t, func(t *testing.T, as func(*whatsapptest.Phone) types.JID, parts ...whatsapptest.GroupPart) {
		server := whatsapptest.New(t)
		anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
		group := server.Group("Beheerders Lisse", append(parts, anna, bert)...)
		for _, chat := range []types.JID{group, as(bert)} {
			back := chat
			if chat == as(bert) {
				back = as(anna)
			}
			first := anna.Says(chat, "Wie komt er?")
			bert.Hears(t, back, "Wie komt")
			bert.Replies(back, first, "Ik kom")
			if m := anna.Hears(t, chat, "Ik kom"); m.Quotes != first {
				t.Errorf("Bert's answer is %+v", m)
			}
			bert.Reacts(back, first, "👍")
			if m := anna.Hears(t, chat, "👍"); m.Target != first || m.Kind != whatsapptest.Reaction {
				t.Errorf("Bert's reaction is %+v", m)
			}
			anna.Edits(chat, first, "Wie komt er morgen?")
			bert.HearsWhere(t, back, "that was edited", func(m whatsapptest.Message) bool {
				return m.ID == first && m.Edited && m.Text == "Wie komt er morgen?"
			})
			anna.Revokes(chat, first)
			bert.HearsWhere(t, back, "that was withdrawn", func(m whatsapptest.Message) bool {
				return m.ID == first && m.Revoked
			})
			poll := anna.Asks(chat, "Hoe laat?", "Acht uur", "Negen uur")
			bert.Hears(t, back, "Hoe laat?")
			bert.Votes(poll, "Negen uur")
			vote := anna.HearsWhere(t, chat, "that is a vote", func(m whatsapptest.Message) bool {
				return m.Kind == whatsapptest.Vote
			})
			if vote.Target != poll || !slices.Equal(vote.Options, []string{"Negen uur"}) {
				t.Errorf("Bert's vote is %+v", vote)
			}
			anna.SendsPlace(chat, 52.26, 4.56)
			place := bert.HearsWhere(t, back, "that is a place", func(m whatsapptest.Message) bool {
				return m.Kind == whatsapptest.Place
			})
			if place.Raw.GetLocationMessage().GetDegreesLatitude() != 52.26 {
				t.Errorf("the place is %+v", place.Raw)
			}
			anna.SendsContact(chat, "Carla", carlasNumber)
			bert.Hears(t, back, "Carla")
			photo := bytes.Repeat([]byte("\xff\xd8\xff\xe0photo"), 1000)
			anna.SendsPhoto(chat, photo, "Een fiets")
			if got := bert.Downloads(bert.Hears(t, back, "Een fiets")); !bytes.Equal(got, photo) {
				t.Errorf("the photo has %d bytes, want %d", len(got), len(photo))
			}
		}
	})
}

// linked makes a client of a device that is linked to a number, as a program has it, with a store of its own.
func linked(t *testing.T, server *whatsapptest.Server, number string) *whatsmeow.Client {
	t.Helper()
	device, err := server.Link(t.Context(), container(t), number)
	if err != nil {
		t.Fatal(err)
	}
	return client(t, server, whatsmeow.NewClient(device, nil))
}

func client(t *testing.T, server *whatsapptest.Server, c *whatsmeow.Client) *whatsmeow.Client {
	t.Helper()
	c.SetWebsocketHTTPClient(whatsapptest.Client(server.Addr()))
	c.SetPreLoginHTTPClient(whatsapptest.Client(server.Addr()))
	c.SetMediaHTTPClient(whatsapptest.Client(server.Addr()))
	c.SynchronousAck = true
	c.BackgroundEventCtx = context.Background()
	return c
}

// leaves disconnects a client when the test ends, unless the server has sent it away: whatsmeow doesn't guard its socket
// against being closed from both sides.
func leaves(t *testing.T, server *whatsapptest.Server, c *whatsmeow.Client) {
	t.Helper()
	number := ""
	if c.Store.ID != nil {
		number = c.Store.ID.User
	}
	t.Cleanup(func() {
		server.Settled(t)
		if number == "" || server.Connected(number) > 0 {
			c.Disconnect()
		}
	})
}

// connects connects a client and waits until what waited for it has come.
func connects(t *testing.T, server *whatsapptest.Server, c *whatsmeow.Client) {
	t.Helper()
	done := on[*events.OfflineSyncCompleted](c)
	leaves(t, server, c)
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	next(t, done)
}

func TestASecondDeviceGetsEverything(t *testing.T) {
	modes(t, func(t *testing.T, as func(*whatsapptest.Phone) types.JID, parts ...whatsapptest.GroupPart) {
		server := whatsapptest.New(t)
		anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
		group := server.Group("Beheerders Lisse", append(parts, anna, bert)...)
		anna.Says(group, "Nog één toestel")
		bert.Hears(t, group, "toestel")
		computer := linked(t, server, bertsNumber)
		heard := on[*events.Message](computer)
		connects(t, server, computer)

		anna.Says(group, "Nu twee")
		bert.Hears(t, group, "Nu twee")
		hears(t, heard, "Nu twee", func(m *events.Message) bool { return m.Info.Chat == group && !m.Info.IsFromMe })
		// Of somebody whom it only knows by LID, whatsmeow hears of a new device when its own list is refused.
		anna.Says(as(bert), "Een eerste poging")
		anna.Says(as(bert), "In privé")
		bert.Hears(t, anna.PN(), "privé")
		hears(t, heard, "In privé", func(m *events.Message) bool { return m.Info.Chat == as(anna) })
		bert.Says(as(anna), "Van mijn telefoon")
		hears(t, heard, "Van mijn telefoon", func(m *events.Message) bool { return m.Info.Chat == as(anna) && m.Info.IsFromMe })
		bert.Says(group, "Van mijn telefoon in de groep")
		hears(t, heard, "in de groep", func(m *events.Message) bool { return m.Info.IsFromMe })

		if _, err := computer.SendMessage(within(t), group, text("Van mijn computer")); err != nil {
			t.Fatal(err)
		}
		if m := bert.Hears(t, group, "computer"); !m.Mine {
			t.Errorf("Bert's phone shows %+v", m)
		}
		anna.Hears(t, group, "computer")
		if _, err := computer.SendMessage(within(t), as(anna), text("Ook in privé")); err != nil {
			t.Fatal(err)
		}
		if m := bert.Hears(t, anna.PN(), "Ook in privé"); !m.Mine {
			t.Errorf("Bert's phone shows %+v", m)
		}
		if m := anna.Hears(t, bert.PN(), "Ook in privé"); m.From != as(bert) {
			t.Errorf("Anna's phone shows %+v", m)
		}
		server.Confirmed(t, bertsNumber)
		server.Confirmed(t, annasNumber)
	})
}

func TestAMessageThatCanNotBeReadIsAskedForAgain(t *testing.T) {
	modes(t, func(t *testing.T, as func(*whatsapptest.Phone) types.JID, parts ...whatsapptest.GroupPart) {
		server := whatsapptest.New(t)
		anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
		group := server.Group("Beheerders Lisse", append(parts, anna, bert)...)
		anna.Says(as(bert), "Hallo")
		bert.Hears(t, as(anna), "Hallo")
		anna.Says(group, "Hallo groep")
		bert.Hears(t, group, "groep")
		for _, chat := range []types.JID{as(bert), group} {
			bert.Forgets(anna)
			id := anna.Says(chat, "Kun je dit lezen?")
			back := chat
			if chat == as(bert) {
				back = as(anna)
			}
			m := bert.Hears(t, back, "lezen")
			if m.ID != id || m.Retry == 0 || m.Copies != 1 {
				t.Errorf("Bert heard %+v", m)
			}
		}
		server.Confirmed(t, bertsNumber)
		server.Confirmed(t, annasNumber)
	})
}

// on collects a client's events of one kind.
func on[T any](c *whatsmeow.Client) <-chan T {
	all := make(chan T, 100)
	c.AddEventHandler(func(e any) {
		if v, ok := e.(T); ok {
			all <- v
		}
	})
	return all
}

// hears waits for a message that contains something, and says what else it must be.
func hears(t *testing.T, heard <-chan *events.Message, contains string, is func(*events.Message) bool) {
	t.Helper()
	for {
		m := next(t, heard)
		if said(m.Message) == "" || !bytes.Contains([]byte(said(m.Message)), []byte(contains)) {
			continue
		}
		if !is(m) {
			t.Errorf("%q came as %+v", contains, m.Info)
		}
		return
	}
}

func said(m *waE2E.Message) string {
	if m.GetConversation() != "" {
		return m.GetConversation()
	}
	return m.GetExtendedTextMessage().GetText()
}
