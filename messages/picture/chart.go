package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"unicode/utf8"
)

// Bar is one bar of a chart.
type Bar struct {
	Label string
	Value float64 // its length, in any unit; less than 0 counts as 0
	Text  string  // the value as people read it, in their language: "0,47", "38%"
	Mark  bool    // stands out from the others: the norm, the reader's own municipality
}

// maxBars is how many bars a chart may have: more make a picture that no network shows in one piece.
const maxBars = 60

// ErrChart says that there is nothing to draw, or more than fits a picture.
var ErrChart = errors.New("nothing to draw, or too much")

// Measures of a chart, in pixels. A phone shows 1080 across about 6.5 cm: type of 40 is read there like 11 points on paper.
const (
	chartWidth = 1080
	margin     = 64
	inner      = chartWidth - 2*margin

	titleSize = 56
	labelSize = 40
	noteSize  = 32

	barHeight = 44
	barRadius = 10
	barGap    = 34 // from a bar to the next label
	labelGap  = 14 // from a label to its bar
	blockGap  = 44 // between title, bars and note
)

// palette are the colours of a chart. On paper the type reaches at least 7:1, and every bar 3:1 (WCAG 2.2, 1.4.6 and
// 1.4.11). Neighbours in one bar differ in lightness as well, for who sees no colours.
type palette struct{ paper, ink, soft, track, bar, mark color.RGBA }

func colours() palette {
	return palette{
		paper: rgb(0xFFFFFF), ink: rgb(0x14202B), soft: rgb(0x43515E), track: rgb(0xEDF1F5),
		bar: rgb(0x1F6FB2), mark: rgb(0xB8500A),
	}
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

// Bars draws horizontal bars under each other as a PNG, 1080 pixels wide: label and value above each bar. The longest bar
// fills the width. Title and note may be empty. A text alternative is the caller's. It fails with ErrChart.
func Bars(title string, bars []Bar, note string) ([]byte, error) {
	longest := 0.0
	for _, b := range bars {
		longest = max(longest, b.Value)
	}
	return BarsOf(longest, title, bars, note)
}

// BarsOf draws as Bars does, but a bar that fills the width stands for full: 100 for percentages, which would seem larger
// than they are otherwise.
func BarsOf(full float64, title string, bars []Bar, note string) ([]byte, error) {
	if len(bars) == 0 || len(bars) > maxBars {
		return nil, ErrChart
	}
	s, err := newSheet()
	if err != nil {
		return nil, err
	}
	head, foot := s.head(title), s.foot(note)
	row := labelSize + labelGap + barHeight + barGap
	s.paper(head.height + len(bars)*row - barGap + foot.height)
	top := s.write(head, margin)

	for _, b := range bars {
		s.bar(top, b, full)
		top += row
	}
	s.write(foot, top-barGap)
	return s.png()
}

// bar draws one row from top on. The track behind the bar shows how much it could have been. A marked bar has a bold label
// too: its colour is not the only sign (WCAG 2.2, 1.4.1).
func (s *sheet) bar(top int, b Bar, full float64) {
	colour, label := s.colours.bar, s.label
	if b.Mark {
		colour, label = s.colours.mark, s.bold
	}
	value := s.bold.width(b.Text)
	baseline := top + labelSize
	s.text(s.bold, b.Text, chartWidth-margin-value, baseline, s.colours.ink)
	s.text(label, label.shorten(b.Label, inner-value-margin/2), margin, baseline, s.colours.ink)

	y := baseline + labelGap
	s.round(image.Rect(margin, y, margin+inner, y+barHeight), s.colours.track)
	if full > 0 && b.Value > 0 {
		// A bar that isn't zero is seen, however small.
		length := max(2*barRadius, int(min(1, b.Value/full)*inner+0.5))
		s.round(image.Rect(margin, y, margin+length, y+barHeight), colour)
	}
}

// png encodes what was drawn.
func (s *sheet) png() ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, s.img); err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	return out.Bytes(), nil
}

// paper makes the picture, white, as high as its content and the margins.
func (s *sheet) paper(content int) {
	s.img = image.NewRGBA(image.Rect(0, 0, chartWidth, content+2*margin))
	draw.Draw(s.img, s.img.Bounds(), image.NewUniform(s.colours.paper), image.Point{}, draw.Src)
}

// block is text that was broken into lines, with the space that it takes.
type block struct {
	face   face
	lines  []string
	colour color.RGBA
	before int // space above it
	height int // with the space around it
}

func (s *sheet) head(title string) block {
	return s.block(s.title, title, s.colours.ink, 0, blockGap)
}

func (s *sheet) foot(note string) block {
	return s.block(s.note, note, s.colours.soft, blockGap, 0)
}

func (s *sheet) block(f face, text string, colour color.RGBA, before, after int) block {
	b := block{face: f, lines: f.wrap(text, inner), colour: colour, before: before}
	if len(b.lines) > 0 {
		b.height = before + len(b.lines)*f.line + after
	}
	return b
}

// write puts a block on the picture at top, and gives where the next thing goes.
func (s *sheet) write(b block, top int) int {
	y := top + b.before
	for _, line := range b.lines {
		s.text(b.face, line, margin, y+b.face.size, b.colour)
		y += b.face.line
	}
	return top + b.height
}

// shorten cuts a text that is wider than it may be, and says so with dots.
func (f face) shorten(text string, width int) string {
	if f.width(text) <= width {
		return text
	}
	for text != "" {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		if f.width(text+"…") <= width {
			return text + "…"
		}
	}
	return "…"
}
