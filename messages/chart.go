package messages

import "github.com/buurtbode/buurtbode/locales"

// Chart is a bar chart in no language yet. The text that it goes with is its text alternative: it says the same figures.
type Chart struct {
	Title Say
	Bars  []Bar
	Full  float64 // what a bar that fills the width stands for: 100 for percentages; 0: the longest bar
	Note  Say     // under the bars; the zero Say: nothing
}

// Bar is one bar of a chart.
type Bar struct {
	Label Say
	Value float64 // its length, in the unit of Full
	Text  Say     // the value as people read it
	Mark  bool    // stands out from the others
}

// Drawing is a chart in one language. It is drawn when it is sent, outside of any transaction, and not kept as a picture.
type Drawing struct {
	Title string     `json:"t,omitempty"`
	Bars  []DrawnBar `json:"b"`
	Full  float64    `json:"f,omitempty"`
	Note  string     `json:"n,omitempty"`
}

// DrawnBar is one bar of a drawing.
type DrawnBar struct {
	Label string  `json:"l"`
	Value float64 `json:"v,omitempty"`
	Text  string  `json:"t,omitempty"`
	Mark  bool    `json:"m,omitempty"`
}

// In gives the chart in lang.
func (c Chart) In(cat *locales.Catalog, lang string) *Drawing {
	d := &Drawing{Title: c.Title.Text(cat, lang), Bars: make([]DrawnBar, len(c.Bars)), Full: c.Full}
	if c.Note.ID != "" || c.Note.Raw != "" {
		d.Note = c.Note.Text(cat, lang)
	}
	for i, b := range c.Bars {
		d.Bars[i] = DrawnBar{Label: b.Label.Text(cat, lang), Value: b.Value, Text: b.Text.Text(cat, lang), Mark: b.Mark}
	}
	return d
}
