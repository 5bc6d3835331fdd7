// Package picture makes and cleans pictures. It knows no chat, no network and no database.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // what people send
	"image/jpeg"
	_ "image/png" // what people send
)

// MaxSide is the longest side of a cleaned photo, in pixels: what Telegram shows at most.
const MaxSide = 1280

// maxPixels bounds the memory that one photo takes while it is decoded: a small file can hold a huge picture.
const maxPixels = 30_000_000

// quality is that of the JPEG; above it files grow and nobody sees a difference on a phone.
const quality = 85

// ErrNotAPhoto says that the bytes are no picture that can be read.
var ErrNotAPhoto = errors.New("not a photo")

// Clean decodes a JPEG, PNG or GIF and encodes it as JPEG, at most MaxSide on its longest side. Nothing but the pixels
// survives: no place, no camera, no name. It fails with ErrNotAPhoto.
func Clean(data []byte) ([]byte, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return nil, ErrNotAPhoto
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ErrNotAPhoto
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(shrink(flat(img)), orientation(data)), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("clean photo: %w", err)
	}
	return out.Bytes(), nil
}

// flat draws the picture on white: JPEG knows no transparency.
func flat(img image.Image) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, b.Min, draw.Over)
	return out
}

// shrink scales the picture down to MaxSide, each pixel the mean of those that it stands for.
func shrink(img *image.RGBA) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if max(w, h) <= MaxSide {
		return img
	}
	nw, nh := max(1, w*MaxSide/max(w, h)), max(1, h*MaxSide/max(w, h))
	out := image.NewRGBA(image.Rect(0, 0, nw, nh))
	for y := range nh {
		for x := range nw {
			out.SetRGBA(x, y, mean(img, x*w/nw, y*h/nh, (x+1)*w/nw, (y+1)*h/nh))
		}
	}
	return out
}

func mean(img *image.RGBA, x0, y0, x1, y1 int) color.RGBA {
	var r, g, b, n uint32
	for y := y0; y < max(y1, y0+1); y++ {
		for x := x0; x < max(x1, x0+1); x++ {
			c := img.RGBAAt(x, y)
			r, g, b, n = r+uint32(c.R), g+uint32(c.G), b+uint32(c.B), n+1
		}
	}
	return color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: 255}
}

// upright turns the picture as its orientation (1 to 8) says.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	nw, nh := w, h
	if orientation >= 5 {
		nw, nh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, nw, nh))
	for y := range h {
		for x := range w {
			nx, ny := x, y
			switch orientation {
			case 2:
				nx = w - 1 - x
			case 3:
				nx, ny = w-1-x, h-1-y
			case 4:
				ny = h - 1 - y
			case 5:
				nx, ny = y, x
			case 6:
				nx, ny = h-1-y, x
			case 7:
				nx, ny = h-1-y, w-1-x
			case 8:
				nx, ny = y, w-1-x
			}
			out.SetRGBA(nx, ny, img.RGBAAt(x, y))
		}
	}
	return out
}
