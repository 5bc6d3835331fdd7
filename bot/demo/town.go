package demo

import (
	"slices"

	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/messages"
)

// The people of the town, by what they are in it. Those whom one can be stand first.
const (
	resident    = "resident"
	english     = "english"
	admin       = "admin"
	officer     = "officer"
	opco        = "opco"
	portfolio   = "portfolio"
	coordinator = "coordinator"
	manager     = "districtmanager"
	keeper      = "keeper"
	controlroom = "controlroom"

	daan  = "daan"  // another admin in Lisse
	wim   = "wim"   // an admin in Hillegom
	petra = "petra" // an admin in Noordwijk
	ineke = "ineke" // an admin in Lisse, in no admin group yet

	played = 10 // of people can be chosen
)

// The groups and the channel.
const (
	groupLisse     = "beheerders-lisse"
	groupHillegom  = "beheerders-hillegom"
	groupNoordwijk = "beheerders-noordwijk"
	channelLisse   = "kanaal-lisse"
)

// people are made up, and so are their numbers.
func people() []webchat.Person {
	person := func(id, name string, about messages.Say, phone string) webchat.Person {
		return webchat.Person{ID: id, Name: name, Language: "nl", About: about, Phone: phone}
	}
	s := messages.S
	all := []webchat.Person{
		person(resident, "Anna de Vries", s("web.who.resident"), "0612345601"),
		person(english, "Tom Bennett", s("web.who.english"), "0612345602"),
		person(admin, "Karim Bakker", s("web.who.admin"), "0612345603"),
		person(officer, "Mark Visser", s("web.who.officer"), "0612345604"),
		person(opco, "Sanne Mulder", s("web.who.opco"), "0612345605"),
		person(portfolio, "Joost van Dijk", s("web.who.portfolio"), "0612345606"),
		person(coordinator, "Els Smit", s("web.who.coordinator"), "0612345607"),
		person(manager, "Fatima Yildiz", s("web.who.manager"), "0612345608"),
		person(keeper, "Henk Jansen", s("web.who.keeper"), "0612345609"),
		person(controlroom, "Noor Peters", s("web.who.controlroom"), "0612345614"),
		person(daan, "Daan Kuipers", messages.Say{}, "0612345610"),
		person(wim, "Wim Groen", messages.Say{}, "0612345611"),
		person(petra, "Petra Bos", messages.Say{}, "0612345612"),
		person(ineke, "Ineke Vos", messages.Say{}, "0612345613"),
	}
	all[1].Language = "en"
	return all
}

func chats() []webchat.Chat {
	group := func(id, title string, admins string, others ...string) webchat.Chat {
		c := webchat.Chat{ID: id, Kind: messages.Group, Title: title, Members: []webchat.Member{{Person: admins, Admin: true}}}
		for _, p := range others {
			c.Members = append(c.Members, webchat.Member{Person: p})
		}
		return c
	}
	channel := webchat.Chat{ID: channelLisse, Kind: messages.Channel, Title: "Veilig Lisse"}
	for _, p := range people() {
		writes := p.ID == officer || p.ID == opco
		channel.Members = append(channel.Members, webchat.Member{Person: p.ID, Admin: writes, Reads: !writes})
	}
	all := []webchat.Chat{
		// an officer sits in the admin groups of the own area and of those next to it (domain.md, R4)
		group(groupLisse, "Beheerders Lisse", admin, daan, officer, opco, coordinator, manager),
		group(groupHillegom, "Beheerders Hillegom", wim, officer, opco),
		group(groupNoordwijk, "Beheerders Noordwijk", petra, opco),
		channel,
	}
	for _, p := range people() {
		all = append(all, webchat.Chat{ID: p.ID, Kind: messages.Direct, Members: []webchat.Member{{Person: p.ID}}})
	}
	return all
}

// Person finds somebody by id.
func (t *town) Person(id string) (webchat.Person, bool) {
	i := slices.IndexFunc(t.people, func(p webchat.Person) bool { return p.ID == id })
	if i < 0 {
		return webchat.Person{}, false
	}
	return t.people[i], true
}

// Chat finds a chat by id.
func (t *town) Chat(id string) (webchat.Chat, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.chats, func(c webchat.Chat) bool { return c.ID == id })
	if i < 0 {
		return webchat.Chat{}, false
	}
	return t.chats[i], true
}

// Chats are the chats of a person.
func (t *town) Chats(person string) []webchat.Chat {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []webchat.Chat
	for _, c := range t.chats {
		if _, ok := c.Member(person); ok {
			out = append(out, c)
		}
	}
	return out
}

// Leave takes the bot out of a group.
func (t *town) Leave(chat string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.chats {
		if t.chats[i].ID == chat {
			t.chats[i].Left = true
		}
	}
}

// People are those whom one can be.
func (t *town) People() []webchat.Person { return t.people[:played] }

// Places are places to share.
func (t *town) Places() []messages.Place {
	return []messages.Place{
		{Latitude: 52.2593, Longitude: 4.5570, Name: "Kerkplein, Lisse"},
		{Latitude: 52.2560, Longitude: 4.5487, Name: "Keukenhofdreef, Lisse"},
		{Latitude: 52.2668, Longitude: 4.5643, Name: "Heereweg, Lisse"},
		{Latitude: 52.2921, Longitude: 4.5800, Name: "Hoofdstraat, Hillegom"},
		{Latitude: 52.2440, Longitude: 4.4330, Name: "Boulevard, Noordwijk"},
	}
}
