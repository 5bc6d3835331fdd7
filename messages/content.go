package messages

import (
	"slices"

	"github.com/buurtbode/buurtbode/locales"
)

// Option is a choice in no language yet.
type Option struct {
	Number int
	Label  Say
	Data   string
	Start  string
	Link   string
}

// Content is what is to be said, in no language yet: paragraphs, a call line that cannot be left out, and what goes with it.
type Content struct {
	Text     []Say
	Call     *Say      // domain.md, R6: stands in the first part and in the last
	Photo    string    // SHA-256 of a stored photo, hex
	Chart    *Chart    // goes in the place of a photo
	Document *Document // goes alone: without a photo, a chart or choices
	Place    *Place
	Options  []Option
	Silent   bool
	Covered  bool // in a channel the photo shows only to who taps it
	Choose   *Say // how to choose in a group without buttons; nil: by an answer with the number
}

// Paragraphs is content of sentences only.
func Paragraphs(text ...Say) Content { return Content{Text: text} }

// With is the content with these choices under it.
func (c Content) With(options ...Option) Content {
	c.Options = append(append([]Option{}, c.Options...), options...)
	return c
}

// Part is one network message's worth of content in one language: what storage keeps.
type Part struct {
	Body     Rich      `json:"b,omitempty"`
	Photo    string    `json:"p,omitempty"`
	Chart    *Drawing  `json:"d,omitempty"`
	Document *Document `json:"f,omitempty"`
	Place    *Place    `json:"g,omitempty"`
	Choices  []Choice  `json:"c,omitempty"`
	Silent   bool      `json:"q,omitempty"`
	Covered  bool      `json:"v,omitempty"`
	How      Rich      `json:"h,omitempty"` // how to choose, where the network has no buttons
	Among    Rich      `json:"a,omitempty"` // the same in a group
}

// For is the part as a chat of this kind gets it: in a channel nobody can answer the bot, so there are no choices that
// are answers; only there is a photo covered. In a group one chooses in another way than in private.
func (p Part) For(kind ChatKind) Part {
	p.Covered = p.Covered && kind == Channel
	if kind == Group {
		p.How = p.Among
	}
	p.Among = nil
	if kind == Channel {
		p.How = nil
		p.Choices = slices.DeleteFunc(slices.Clone(p.Choices), func(c Choice) bool { return c.Data != "" })
	}
	return p
}

// Render lays the content out in lang for a network with these limits: a photo, a chart or a document goes with the first
// part, the choices with the last.
func (c Content) Render(cat *locales.Catalog, lang string, limits Limits) []Part {
	paragraphs := make([]Rich, 0, len(c.Text))
	for _, s := range c.Text {
		if r := s.Rich(cat, lang); len(r) > 0 {
			paragraphs = append(paragraphs, r)
		}
	}
	var call Rich
	if c.Call != nil {
		call = c.Call.Rich(cat, lang)
	}
	first := limits.Text
	if c.Photo != "" || c.Chart != nil || c.Document != nil {
		first = limits.Caption
	}
	bodies := Split(paragraphs, call, first, limits.Text)
	parts := make([]Part, len(bodies))
	for i, b := range bodies {
		parts[i] = Part{Body: b, Silent: c.Silent}
	}
	parts[0].Photo, parts[0].Covered = c.Photo, c.Covered
	if c.Chart != nil {
		parts[0].Chart = c.Chart.In(cat, lang)
	}
	parts[0].Document, parts[0].Place = c.Document, c.Place
	last := &parts[len(parts)-1]
	for _, o := range c.Options {
		last.Choices = append(last.Choices, Choice{
			Number: o.Number, Label: o.Label.Text(cat, lang), Data: o.Data, Start: o.Start, Link: o.Link,
		})
	}
	if !limits.Buttons && slices.ContainsFunc(last.Choices, func(ch Choice) bool { return ch.Data != "" }) {
		among := S("choose.among")
		if c.Choose != nil {
			among = *c.Choose
		}
		typed := S("choose.typed")
		if len(last.Choices) == 1 {
			typed = S("choose.only", V{"Number": max(1, last.Choices[0].Number)})
		}
		last.How, last.Among = typed.Rich(cat, lang), among.Rich(cat, lang)
	}
	return parts
}
