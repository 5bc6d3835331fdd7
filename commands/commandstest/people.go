package commandstest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Person is somebody with a phone.
type Person struct {
	Name string
	Lang string // of the app

	town *Town
	id   string
	said int
}

// Group is a group chat that the bot is in.
type Group struct {
	Title string
	Kind  messages.ChatKind
	town  *Town
	id    string
}

// Person finds or adds a person by name. The app speaks Dutch unless Lang is changed.
func (w *Town) Person(name string) *Person {
	p := w.people[name]
	if p == nil {
		p = &Person{Name: name, Lang: "nl", town: w, id: strconv.Itoa(100 + len(w.people))}
		w.people[name] = p
	}
	return p
}

// Group finds a group by its title, or adds it together with the bot.
func (w *Town) Group(title string) *Group {
	w.T.Helper()
	return w.place(title, messages.Group)
}

// Channel finds a channel by its title, or adds it together with the bot.
func (w *Town) Channel(title string) *Group {
	w.T.Helper()
	return w.place(title, messages.Channel)
}

func (w *Town) place(title string, kind messages.ChatKind) *Group {
	w.T.Helper()
	g := w.groups[title]
	if g == nil {
		g = &Group{Title: title, Kind: kind, town: w, id: strconv.Itoa(-100 - len(w.groups))}
		w.groups[title] = g
		g.event(messages.Added)
	}
	return g
}

// AdminGroup is a group that is linked to the area of that name.
func (w *Town) AdminGroup(area string) *Group {
	w.T.Helper()
	return w.Group("Beheerders " + area).linked(area)
}

// PublicChannel is a channel that is linked to the area of that name.
func (w *Town) PublicChannel(area string) *Group {
	w.T.Helper()
	return w.Channel(area + " veilig").linked(area)
}

func (g *Group) linked(area string) *Group {
	g.town.T.Helper()
	g.town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(g.at())
		if err != nil {
			return err
		}
		a, err := findArea(tx, area)
		if err != nil {
			return err
		}
		return tx.LinkChat(c.ID, a.ID, "", g.town.Now)
	})
	return g
}

// known does something with the person as the bot knows it, after a first /start.
func (p *Person) known(do func(tx *storage.Tx, person int64) error) *Person {
	p.town.T.Helper()
	p.Says("/start")
	p.town.Write(func(tx *storage.Tx) error {
		account, err := tx.Account(platform, account)
		if err != nil {
			return err
		}
		who, err := tx.FindPerson(account, p.id)
		if err != nil {
			return err
		}
		return do(tx, who.ID)
	})
	return p
}

// WithRole gives the person a role in an area, municipality or team ("area Lisse", "team Bollenstreek") after a first /start.
func (p *Person) WithRole(role storage.RoleName, scope string) *Person {
	p.town.T.Helper()
	return p.known(func(tx *storage.Tx, person int64) error {
		s, err := findScope(tx, scope)
		if err != nil {
			return err
		}
		return tx.GrantRole(storage.Role{PersonID: person, Role: role, Scope: s, GrantedAt: p.town.Now.UnixMilli()})
	})
}

// WithGroup puts a verified group of the person's into the register, after a first /start.
func (p *Person) WithGroup(area string) *Person {
	p.town.T.Helper()
	return p.known(func(tx *storage.Tx, person int64) error {
		a, err := findArea(tx, area)
		if err != nil {
			return err
		}
		_, _, err = tx.SaveGroup(storage.Group{
			AreaID: a.ID, Name: "Groep van " + p.Name, Kind: "residents", Use: "narrow", Platform: "whatsapp", Members: 75,
			PersonID: &person, Status: storage.Verified, CreatedAt: p.town.Now.UnixMilli(),
		}, "")
		return err
	})
}

func findScope(tx *storage.Tx, scope string) (s storage.Scope, err error) {
	kind, name, _ := strings.Cut(scope, " ")
	switch kind {
	case "area":
		a, err := findArea(tx, name)
		return storage.Scope{AreaID: &a.ID}, err
	case "municipality":
		all, err := tx.Municipalities()
		for _, m := range all {
			if m.Name == name {
				return storage.Scope{MunicipalityID: &m.ID}, err
			}
		}
	case "team":
		all, err := tx.Teams()
		for _, m := range all {
			if m.Name == name {
				return storage.Scope{TeamID: &m.ID}, err
			}
		}
	case "district":
		all, err := tx.Districts()
		for _, d := range all {
			if d.Name == name {
				return storage.Scope{DistrictID: &d.ID}, err
			}
		}
	}
	return s, fmt.Errorf("no scope %q", scope)
}

func findArea(tx *storage.Tx, name string) (storage.Area, error) {
	found, err := tx.FindAreas(name)
	if err != nil || len(found) != 1 {
		return storage.Area{}, fmt.Errorf("%d areas are called %q: %w", len(found), name, err)
	}
	return found[0], nil
}

// Says is a text in the private chat.
func (p *Person) Says(text string) []Heard {
	p.town.T.Helper()
	return p.Gives(messages.Inbound{Text: text})
}

// SaysIn is a text in a group.
func (p *Person) SaysIn(g *Group, text string) []Heard {
	p.town.T.Helper()
	return p.GivesIn(g, messages.Inbound{Text: text})
}

// Gives is anything in the private chat: a photo, a place, a contact, an answer to a message.
func (p *Person) Gives(in messages.Inbound) []Heard {
	p.town.T.Helper()
	in.At, in.Kind = messages.Address{Platform: platform, Account: account, Chat: p.id}, messages.Direct
	return p.town.Give(p.signed(in))
}

// GivesIn is anything in a group.
func (p *Person) GivesIn(g *Group, in messages.Inbound) []Heard {
	p.town.T.Helper()
	in.At, in.Kind, in.Title = g.at(), g.Kind, g.Title
	return p.town.Give(p.signed(in))
}

func (p *Person) signed(in messages.Inbound) messages.Inbound {
	p.said++
	in.ID = fmt.Sprintf("m%s-%d", p.id, p.said)
	from := messages.Sender{ID: p.id, Name: p.Name, Language: p.Lang, ChatAdmin: in.From.ChatAdmin, Anonymous: in.From.Anonymous}
	if from.Anonymous {
		from.ID, from.Name = "1087968824", "GroupAnonymousBot"
	}
	in.From = from
	if in.SentAt.IsZero() {
		in.SentAt = p.town.Now
	}
	return in
}

// Taps taps the choice with that number, label or data under the latest message with choices in the private chat.
func (p *Person) Taps(choice string) []Heard {
	p.town.T.Helper()
	m, data := p.town.choice(p.Name, choice)
	return p.Gives(messages.Inbound{Tapped: data, TappedAt: m})
}

// TapsIn taps a choice in a group.
func (p *Person) TapsIn(g *Group, choice string) []Heard {
	p.town.T.Helper()
	m, data := p.town.choice(g.Title, choice)
	return p.GivesIn(g, messages.Inbound{Tapped: data, TappedAt: m})
}

func (w *Town) choice(chat, choice string) (message, data string) {
	w.T.Helper()
	for i := len(w.heard) - 1; i >= 0; i-- {
		h := w.heard[i]
		if h.Chat != chat || len(h.Part.Choices) == 0 {
			continue
		}
		for _, c := range h.Part.Choices {
			if strconv.Itoa(c.Number) == choice || c.Label == choice || c.Data == choice || c.Caption() == choice {
				return h.ID, c.Data
			}
		}
	}
	w.T.Fatalf("%s has no choice %q", chat, choice)
	return "", ""
}

// Last is the latest message that a person or a group heard.
func (w *Town) Last(chat string) Heard {
	w.T.Helper()
	for i := len(w.heard) - 1; i >= 0; i-- {
		if w.heard[i].Chat == chat {
			return w.heard[i]
		}
	}
	w.T.Fatalf("%s heard nothing", chat)
	return Heard{}
}

// Hears fails the test unless the latest message that the person heard contains all words.
func (p *Person) Hears(words ...string) {
	p.town.T.Helper()
	p.town.hears(p.Name, words)
}

// Hears fails the test unless the latest message in the group contains all words.
func (g *Group) Hears(words ...string) {
	g.town.T.Helper()
	g.town.hears(g.Title, words)
}

func (w *Town) hears(chat string, words []string) {
	w.T.Helper()
	text := Text([]Heard{w.Last(chat)})
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.T.Errorf("%s should have heard %q, but the latest message is:\n%s", chat, word, text)
		}
	}
}

func (g *Group) at() messages.Address {
	return messages.Address{Platform: platform, Account: account, Chat: g.id}
}

func (g *Group) event(e messages.Event) {
	g.town.T.Helper()
	g.town.Give(messages.Inbound{ID: "e" + g.id + string(e), At: g.at(), Kind: g.Kind, Title: g.Title, Event: e})
}

// Removed takes the bot out of the group.
func (g *Group) Removed() { g.event(messages.Removed) }
