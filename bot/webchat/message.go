package webchat

import (
	"strconv"

	"github.com/buurtbode/buurtbode/messages"
)

// Message is one message as a chat keeps and the page shows it; its JSON is what the page and the journal get.
type Message struct {
	Chat      string        `json:"chat"`
	ID        int64         `json:"id"`             // counts within the chat: the order of the messages
	Rev       int64         `json:"rev"`            // rises with every change of any message
	Key       string        `json:"key"`            // a repeat has the same; of a person's message the browser gave it
	From      string        `json:"from,omitempty"` // empty: the bot
	Name      string        `json:"name,omitempty"`
	At        int64         `json:"at"`              // domain time, UTC milliseconds
	Event     string        `json:"event,omitempty"` // "left": nobody's message, but something that happened
	Body      messages.Rich `json:"body,omitempty"`
	Photo     string        `json:"photo,omitempty"` // key of a JPEG
	Document  *Document     `json:"document,omitempty"`
	Place     *Place        `json:"place,omitempty"`
	Contact   *Card         `json:"contact,omitempty"`
	File      string        `json:"file,omitempty"` // name of a person's file, of which only the name is kept
	Choices   []Choice      `json:"choices,omitempty"`
	ReplyTo   int64         `json:"reply_to,omitempty"`
	Edited    bool          `json:"edited,omitempty"`
	Withdrawn bool          `json:"withdrawn,omitempty"` // nothing of it is left
	Pending   bool          `json:"pending,omitempty"`   // the bot has not taken it yet
	Tapped    bool          `json:"tapped,omitempty"`    // a choice that was tapped, not typed
}

// Place is a shared location.
type Place struct {
	Latitude  float64 `json:"lat"`
	Longitude float64 `json:"lon"`
	Name      string  `json:"name,omitempty"`
}

// Card is a shared visiting card.
type Card struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// Choice is a button.
type Choice struct {
	Caption string `json:"caption"`
	Data    string `json:"data,omitempty"`
	Start   string `json:"start,omitempty"`
	Link    string `json:"link,omitempty"`
}

func choicesOf(all []messages.Choice) []Choice {
	out := make([]Choice, 0, len(all))
	for _, c := range all {
		out = append(out, Choice{Caption: c.Caption(), Data: c.Data, Start: c.Start, Link: c.Link})
	}
	return out
}

// placeIn is a shared place as the bot gets it.
func (p *Place) placeIn() *messages.Place {
	if p == nil {
		return nil
	}
	return &messages.Place{Latitude: p.Latitude, Longitude: p.Longitude, Name: p.Name}
}

func placeOut(p *messages.Place) *Place {
	if p == nil {
		return nil
	}
	return &Place{Latitude: p.Latitude, Longitude: p.Longitude, Name: p.Name}
}

// number reads the platform's id of a message; 0: none.
func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func idOf(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
