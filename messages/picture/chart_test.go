package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"
)

// The rows of a chart without title: the first bar, and how far it is to the next.
const (
	firstBar = margin + labelSize + labelGap
	nextBar  = labelSize + labelGap + barHeight + barGap
)

func decode(t *testing.T, data []byte, err error) image.Image {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != chartWidth {
		t.Errorf("%d pixels wide, want %d", img.Bounds().Dx(), chartWidth)
	}
	return img
}

// ends gives where a colour begins and ends in a row of pixels.
func ends(img image.Image, y int, c color.RGBA) (int, int) {
	first, last := -1, -1
	for x := range chartWidth {
		if img.At(x, y) == c {
			if first < 0 {
				first = x
			}
			last = x
		}
	}
	return first, last + 1
}

func near(a, b int) bool { return a-b <= 1 && b-a <= 1 }

func TestBars(t *testing.T) {
	data, err := Bars("", []Bar{
		{Label: "Lisse", Value: 4, Text: "4"},
		{Label: "Leiden", Value: 1, Text: "1", Mark: true},
		{Label: "Kaag", Value: 0.0001, Text: "0"},
		{Label: "Ade", Text: "0"},
	}, "")
	img := decode(t, data, err)
	if want := 2*margin + 4*nextBar - barGap; img.Bounds().Dy() != want {
		t.Errorf("%d pixels high, want %d", img.Bounds().Dy(), want)
	}
	c := colours()
	for row, want := range []struct {
		colour color.RGBA
		length int
	}{{c.bar, inner}, {c.mark, inner / 4}, {c.bar, 2 * barRadius}, {c.track, inner}} {
		from, to := ends(img, firstBar+row*nextBar+barHeight/2, want.colour)
		if from != margin || !near(to-from, want.length) {
			t.Errorf("bar %d reaches from %d to %d, want %d from %d on", row+1, from, to, want.length, margin)
		}
	}
	if img.At(0, 0) != c.paper || img.At(margin, firstBar) == c.bar {
		t.Error("no margin, or no round corner")
	}
}

func TestBarsOfPercentages(t *testing.T) {
	data, err := BarsOf(100, "", []Bar{{Label: "Chat", Value: 38, Text: "38%"}, {Label: "Te veel", Value: 130, Text: "130%"}}, "")
	img := decode(t, data, err)
	for row, want := range []int{inner * 38 / 100, inner} {
		if from, to := ends(img, firstBar+row*nextBar+barHeight/2, colours().bar); !near(to-from, want) {
			t.Errorf("bar %d is %d long, want %d", row+1, to-from, want)
		}
	}
}

func TestShare(t *testing.T) {
	data, err := Share("", []Bar{
		{Label: "Goed", Value: 500, Text: "500"},
		{Label: "Niets", Text: "0"},
		{Label: "Open", Value: 500, Text: "500"},
		{Label: "Anders", Value: 0.01, Text: "1"},
	}, "")
	img := decode(t, data, err)
	y := margin + shareHeight/2
	if from, to := ends(img, y, shade(1)); from >= 0 {
		t.Errorf("a part of 0 is seen from %d to %d", from, to)
	}
	first, firstEnd := ends(img, y, shade(0))
	second, secondEnd := ends(img, y, shade(2))
	last, lastEnd := ends(img, y, shade(3))
	if first != margin || lastEnd != margin+inner {
		t.Errorf("the bar reaches from %d to %d", first, lastEnd)
	}
	if second-firstEnd != partGap || last-secondEnd != partGap {
		t.Errorf("gaps of %d and %d, want %d", second-firstEnd, last-secondEnd, partGap)
	}
	if !near(firstEnd-first, secondEnd-second) || !near(lastEnd-last, leastPart) {
		t.Errorf("parts of %d, %d and %d", firstEnd-first, secondEnd-second, lastEnd-last)
	}
}

// TestTextFits puts in texts that are too long: nothing is written in the margins, and the picture grows with its lines.
func TestTextFits(t *testing.T) {
	long := strings.Repeat("meldkamer ", 20) + strings.Repeat("oververmoeidheid", 10)
	short, err := Bars("Kort", []Bar{{Label: "a", Value: 1, Text: "1"}}, "Kort")
	low := decode(t, short, err)
	for name, draw := range map[string]func(string, []Bar, string) ([]byte, error){"bars": Bars, "share": Share} {
		data, err := draw(long, []Bar{{Label: long, Value: 1, Text: "1"}}, long)
		img := decode(t, data, err)
		if img.Bounds().Dy() <= low.Bounds().Dy() {
			t.Errorf("%s: %d pixels high, as if the text were one line", name, img.Bounds().Dy())
		}
		for y := range img.Bounds().Dy() {
			for _, x := range []int{margin / 2, chartWidth - margin/2} {
				if img.At(x, y) != colours().paper {
					t.Fatalf("%s: something stands in the margin at %d, %d", name, x, y)
				}
			}
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	many := make([]Bar, maxBars+1)
	for name, draw := range map[string]func() ([]byte, error){
		"no bars":        func() ([]byte, error) { return Bars("", nil, "") },
		"too many bars":  func() ([]byte, error) { return Bars("", many, "") },
		"no parts":       func() ([]byte, error) { return Share("", nil, "") },
		"parts of 0":     func() ([]byte, error) { return Share("", []Bar{{}, {Value: -1}}, "") },
		"too many parts": func() ([]byte, error) { return Share("", append(many[:maxParts:maxParts], Bar{Value: 1}), "") },
		"no number":      func() ([]byte, error) { return Share("", []Bar{{Value: math.NaN()}}, "") },
		"without end":    func() ([]byte, error) { return Share("", []Bar{{Value: math.Inf(1)}}, "") },
	} {
		if _, err := draw(); !errors.Is(err, ErrChart) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, odd := range []float64{math.NaN(), math.Inf(1), -1} {
		data, err := Bars("", []Bar{{Value: odd}, {Value: 1}}, "")
		decode(t, data, err)
	}
}

// TestContrast holds the colours to WCAG 2.2: type to 7:1 (1.4.6), what is drawn to 3:1 (1.4.11).
func TestContrast(t *testing.T) {
	c := colours()
	for name, ink := range map[string]color.RGBA{"ink": c.ink, "soft": c.soft} {
		if got := contrast(ink, c.paper); got < 7 {
			t.Errorf("%s: %.1f on paper", name, got)
		}
	}
	for name, bar := range map[string]color.RGBA{"bar": c.bar, "mark": c.mark} {
		if got := min(contrast(bar, c.paper), contrast(bar, c.track)); got < 3 {
			t.Errorf("%s: %.1f", name, got)
		}
	}
	for i := range maxParts {
		if got := contrast(shade(i), c.paper); got < 3 {
			t.Errorf("part %d: %.1f on paper", i+1, got)
		}
	}
}

// contrast is the contrast ratio of WCAG 2.2.
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func BenchmarkBars(b *testing.B) {
	bars := make([]Bar, 11)
	for i := range bars {
		bars[i] = Bar{Label: "Noordwijkerhout", Value: float64(i), Text: "0,43"}
	}
	for b.Loop() {
		if _, err := Bars("Buurtgroepen per 1.000 inwoners", bars, "Het register is nooit compleet."); err != nil {
			b.Fatal(err)
		}
	}
}
