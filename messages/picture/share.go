package picture

import (
	"image"
	"image/color"
	"math"
)

// maxParts is how many parts one bar may have: more shades than this can't be told apart.
const maxParts = 5

// Measures of a stacked bar and of the list under it, in pixels.
const (
	shareHeight = 120
	partGap     = 4 // white between two parts
	leastPart   = 8 // the width of the smallest part
	swatch      = 36
	legendRow   = 64
)

// Share draws one bar of several parts as a PNG, 1080 pixels wide, and under it what each part is, with its value. The
// parts fill the bar in the order given. Title and note may be empty; a text alternative is the caller's. It fails with
// ErrChart, also where all parts are 0.
func Share(title string, parts []Bar, note string) ([]byte, error) {
	total := 0.0
	for _, p := range parts {
		total += max(0, p.Value)
	}
	if !(total > 0) || math.IsInf(total, 1) || len(parts) > maxParts {
		return nil, ErrChart
	}
	s, err := newSheet()
	if err != nil {
		return nil, err
	}
	head, foot := s.head(title), s.foot(note)
	s.paper(head.height + shareHeight + blockGap/2 + len(parts)*legendRow + foot.height)
	top := s.write(head, margin)

	whole := image.Rect(margin, top, margin+inner, top+shareHeight)
	s.stack(whole, parts, total)
	top = whole.Max.Y + blockGap/2
	for i, p := range parts {
		s.legend(top, p, shade(i))
		top += legendRow
	}
	s.write(foot, top)
	return s.png()
}

// stack draws the parts beside each other in one rectangle with round corners. Every part that isn't zero is seen,
// however small: each gets the least width, and the rest is divided.
func (s *sheet) stack(whole image.Rectangle, parts []Bar, total float64) {
	seen := 0
	for _, p := range parts {
		if p.Value > 0 {
			seen++
		}
	}
	rest := float64(whole.Dx() - seen*leastPart - (seen-1)*partGap)
	sum, fixed := 0.0, whole.Min.X
	for i, p := range parts {
		if p.Value <= 0 {
			continue
		}
		// The sum is rounded and not each part, so that the last one ends where the bar does.
		left := fixed + int(sum/total*rest+0.5)
		sum += p.Value
		right := fixed + leastPart + int(sum/total*rest+0.5)
		fixed += leastPart + partGap
		s.fill(whole, shade(i), barRadius, image.Rect(left, whole.Min.Y, right, whole.Max.Y).Intersect(whole))
	}
}

// legend draws one line of the list: the colour, what it is, the value.
func (s *sheet) legend(top int, p Bar, c color.RGBA) {
	y := top + (legendRow-swatch)/2
	s.round(image.Rect(margin, y, margin+swatch, y+swatch), c)
	baseline := y + swatch - 3
	value := s.bold.width(p.Text)
	s.text(s.bold, p.Text, chartWidth-margin-value, baseline, s.colours.ink)
	left := margin + swatch + 20
	s.text(s.label, s.label.shorten(p.Label, chartWidth-margin-value-margin/2-left), left, baseline, s.colours.ink)
}

// shade is the colour of a part by its place: dark and light in turn, all 3:1 on white.
func shade(i int) color.RGBA {
	return rgb([...]uint32{0x0F4C81, 0xC8690F, 0x17735F, 0x8C7AA9, 0x5B2A4E}[i])
}
