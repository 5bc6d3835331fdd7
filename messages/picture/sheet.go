package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// sheet is a chart that is being drawn. It is used by one goroutine: a font's face is not safe for more.
type sheet struct {
	img                      *image.RGBA
	colours                  palette
	title, label, bold, note face
}

// face is one font in one size, in pixels.
type face struct {
	font.Face
	size, line int
}

func newSheet() (*sheet, error) {
	s := &sheet{colours: colours()}
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	for _, f := range []struct {
		to   *face
		font *opentype.Font
		size int
	}{{&s.title, bold, titleSize}, {&s.label, regular, labelSize}, {&s.bold, bold, labelSize}, {&s.note, regular, noteSize}} {
		// At 72 dots an inch a point is a pixel.
		made, err := opentype.NewFace(f.font, &opentype.FaceOptions{Size: float64(f.size), DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		*f.to = face{Face: made, size: f.size, line: f.size * 13 / 10}
	}
	return s, nil
}

func (f face) width(text string) int { return font.MeasureString(f.Face, text).Ceil() }

// wrap breaks a text into lines between words. A word that is wider than a line is cut.
func (f face) wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if longer := strings.TrimSpace(line + " " + word); f.width(longer) <= width {
				line = longer
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			line = f.shorten(word, width)
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// text writes one line from x on, standing on the baseline.
func (s *sheet) text(f face, text string, x, baseline int, c color.RGBA) {
	d := font.Drawer{Dst: s.img, Src: image.NewUniform(c), Face: f.Face, Dot: fixed.P(x, baseline)}
	d.DrawString(text)
}

// round fills a rectangle with round corners. The edge is smoothed by how much of each pixel lies inside.
func (s *sheet) round(r image.Rectangle, c color.RGBA) {
	s.fill(r, c, min(barRadius, r.Dx()/2, r.Dy()/2), r)
}

// fill fills the part of a rectangle with round corners that lies in within.
func (s *sheet) fill(r image.Rectangle, c color.RGBA, radius int, within image.Rectangle) {
	flat := image.Rect(r.Min.X+radius, r.Min.Y, r.Max.X-radius, r.Max.Y).Intersect(within)
	draw.Draw(s.img, flat, image.NewUniform(c), image.Point{}, draw.Src)
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if x >= flat.Min.X && x < flat.Max.X {
				x = flat.Max.X - 1 // between the corners all is done
				continue
			}
			s.blend(x, y, c, coverage(r, radius, x, y))
		}
	}
}

// samples is how often a pixel of a corner is asked whether it lies inside, in each direction.
const samples = 4

// coverage is how much of a pixel lies inside a rectangle with round corners, from 0 to samples squared.
func coverage(r image.Rectangle, radius, x, y int) int {
	cx := min(max(x, r.Min.X+radius), r.Max.X-radius)
	cy := min(max(y, r.Min.Y+radius), r.Max.Y-radius)
	if x >= r.Min.X+radius && x < r.Max.X-radius || y >= r.Min.Y+radius && y < r.Max.Y-radius {
		return samples * samples
	}
	inside := 0
	limit := 4 * samples * samples * radius * radius // distances are in half samples
	for i := range samples * samples {
		dx := 2*samples*(x-cx) + 2*(i%samples) + 1
		dy := 2*samples*(y-cy) + 2*(i/samples) + 1
		if dx*dx+dy*dy <= limit {
			inside++
		}
	}
	return inside
}

func (s *sheet) blend(x, y int, c color.RGBA, part int) {
	if part == samples*samples {
		s.img.SetRGBA(x, y, c)
		return
	}
	under := s.img.RGBAAt(x, y)
	mix := func(a, b uint8) uint8 {
		return uint8((int(a)*(samples*samples-part) + int(b)*part) / (samples * samples))
	}
	s.img.SetRGBA(x, y, color.RGBA{R: mix(under.R, c.R), G: mix(under.G, c.G), B: mix(under.B, c.B), A: 255})
}
