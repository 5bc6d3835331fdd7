package messages

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/locales"
)

// TestChartGoesWithTheFirstPart holds a chart to the length of a caption, and to surviving the database.
func TestChartGoesWithTheFirstPart(t *testing.T) {
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	c := Paragraphs(Verbatim(strings.Repeat("a", 90)), Verbatim(strings.Repeat("b", 90)))
	c.Chart = &Chart{Title: Verbatim("Titel"), Full: 100, Bars: []Bar{{Label: Verbatim("Lisse"), Value: 48, Text: Verbatim("48%"), Mark: true}}}
	parts := c.Render(cat, "nl", Limits{Text: 4096, Caption: 100})
	if len(parts) != 2 || parts[0].Chart == nil || parts[1].Chart != nil || parts[0].Body.Len() != 90 {
		t.Fatalf("the parts are %+v", parts)
	}
	stored, err := json.Marshal(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	var back Part
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatal(err)
	}
	want := Drawing{Title: "Titel", Full: 100, Bars: []DrawnBar{{Label: "Lisse", Value: 48, Text: "48%", Mark: true}}}
	if got := back.Chart; got.Title != want.Title || got.Full != want.Full || got.Note != "" || len(got.Bars) != 1 || got.Bars[0] != want.Bars[0] {
		t.Errorf("the chart came back as %+v", got)
	}
}

func TestPicturesSayWhatTheyAre(t *testing.T) {
	for data, want := range map[string]string{"\x89PNG\r\n\x1a\n...": "image/png", "\xff\xd8\xff...": "image/jpeg"} {
		if got := (Photo{Data: []byte(data)}).Type(); got != want {
			t.Errorf("%q is %s", data, got)
		}
	}
}
