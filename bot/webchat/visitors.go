package webchat

import (
	"regexp"

	"github.com/buurtbode/buurtbode/messages"
)

// Visitors is the town of those who just come by: everyone has a private chat with the bot, and nothing else.
type Visitors struct {
	Name string // of everyone; nobody is asked for a name
}

var visitorForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Person is anyone with an id of the right form.
func (v Visitors) Person(id string) (Person, bool) {
	return Person{ID: id, Name: v.Name}, visitorForm.MatchString(id)
}

// Chat is the private chat of the visitor with that id.
func (v Visitors) Chat(id string) (Chat, bool) {
	return Chat{ID: id, Kind: messages.Direct, Members: []Member{{Person: id}}}, visitorForm.MatchString(id)
}

// Chats is the one private chat.
func (v Visitors) Chats(person string) []Chat {
	c, ok := v.Chat(person)
	if !ok {
		return nil
	}
	return []Chat{c}
}

// Leave does nothing: the bot is in no group here.
func (v Visitors) Leave(string) {}
