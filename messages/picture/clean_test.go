package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// quarters is a picture with red in its upper left, green in its upper right, blue in its lower left corner, and black.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{A: 255}
			switch {
			case x < w/2 && y < h/2:
				c.R = 255
			case y < h/2:
				c.G = 255
			case x < w/2:
				c.B = 255
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// photo is a JPEG as a phone makes it: with Exif data that says how it was held, where, and by whom.
func photo(t testing.TB, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, quarters(64, 32), nil); err != nil {
		t.Fatal(err)
	}
	mark := "II*\x00"
	if order.String() == binary.BigEndian.String() {
		mark = "MM\x00*"
	}
	tiff := order.AppendUint32([]byte(mark), 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x013B), 2), 4) // artist
	tiff = append(tiff, "Anna"...)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, tagOrientation), 3), 1)
	tiff = order.AppendUint16(order.AppendUint16(tiff, orientation), 0)
	segment := append([]byte(exifHead), tiff...)
	comment := []byte("52.2600 N 4.5600 E")
	var file []byte
	file = append(file, out.Bytes()[:2]...)
	file = binary.BigEndian.AppendUint16(append(file, 0xff, 0xfe), uint16(len(comment)+2))
	file = append(file, comment...)
	file = binary.BigEndian.AppendUint16(append(file, 0xff, 0xe1), uint16(len(segment)+2))
	file = append(file, segment...)
	return append(file, out.Bytes()[2:]...)
}

// corners names the colours of the corners: upper left, upper right, lower left, lower right.
func corners(img image.Image) string {
	b := img.Bounds()
	name := ""
	for _, p := range []image.Point{{4, 4}, {b.Dx() - 5, 4}, {4, b.Dy() - 5}, {b.Dx() - 5, b.Dy() - 5}} {
		r, g, bl, _ := img.At(b.Min.X+p.X, b.Min.Y+p.Y).RGBA()
		switch {
		case r > 0x8000 && g > 0x8000 && bl > 0x8000:
			name += "w"
		case r > 0x8000:
			name += "r"
		case g > 0x8000:
			name += "g"
		case bl > 0x8000:
			name += "b"
		default:
			name += "k"
		}
	}
	return name
}

func clean(t *testing.T, data []byte) image.Image {
	t.Helper()
	out, err := Clean(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Exif", "Anna", "52.26"} {
		if bytes.Contains(out, []byte(secret)) {
			t.Errorf("%q is left in the photo", secret)
		}
	}
	img, kind, err := image.Decode(bytes.NewReader(out))
	if err != nil || kind != "jpeg" {
		t.Fatalf("what comes out is %s, %v", kind, err)
	}
	return img
}

func TestPhotoStandsUprightAndTellsNothing(t *testing.T) {
	for orientation, want := range map[uint16]string{
		0: "rgbk", 1: "rgbk", 2: "grkb", 3: "kbgr", 4: "bkrg", 5: "rbgk", 6: "brkg", 7: "kgbr", 8: "gkrb", 9: "rgbk",
	} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			img := clean(t, photo(t, orientation, order))
			if got := corners(img); got != want {
				t.Errorf("orientation %d, %v: the corners are %s, want %s", orientation, order, got, want)
			}
			if b := img.Bounds(); (b.Dx() < b.Dy()) != (orientation >= 5 && orientation <= 8) {
				t.Errorf("orientation %d: it is %d x %d", orientation, b.Dx(), b.Dy())
			}
		}
	}
}

func TestOtherKindsBecomeJPEG(t *testing.T) {
	var asPNG, asGIF bytes.Buffer
	glass := quarters(64, 32)
	for x := range 32 {
		for y := range 16 {
			glass.SetRGBA(32+x, 16+y, color.RGBA{})
		}
	}
	if err := errors.Join(png.Encode(&asPNG, glass), gif.Encode(&asGIF, quarters(64, 32), nil)); err != nil {
		t.Fatal(err)
	}
	if got := corners(clean(t, asPNG.Bytes())); got != "rgbw" {
		t.Errorf("the corners of a PNG are %s: glass is white", got)
	}
	if got := corners(clean(t, asGIF.Bytes())); got != "rgbk" {
		t.Errorf("the corners of a GIF are %s", got)
	}
}

func TestBigPhotoShrinks(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH int }{{3000, 1500, 1280, 640}, {1281, 3, 1280, 2}, {2, 5000, 1, 1280}, {1280, 1280, 1280, 1280}} {
		var data bytes.Buffer
		if err := png.Encode(&data, quarters(c.w, c.h)); err != nil {
			t.Fatal(err)
		}
		if b := clean(t, data.Bytes()).Bounds(); b.Dx() != c.wantW || b.Dy() != c.wantH {
			t.Errorf("%d x %d becomes %d x %d, want %d x %d", c.w, c.h, b.Dx(), b.Dy(), c.wantW, c.wantH)
		}
	}
}

func TestNoPhotoIsRefused(t *testing.T) {
	huge := append([]byte("GIF89a"), 0xff, 0xff, 0xff, 0xff, 0, 0, 0) // 65,535 x 65,535: 17 GB
	whole := photo(t, 1, binary.BigEndian)
	for name, data := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "huge": huge, "half": whole[:len(whole)/2]} {
		if _, err := Clean(data); !errors.Is(err, ErrNotAPhoto) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(photo(f, 6, binary.BigEndian))
	f.Add(photo(f, 6, binary.LittleEndian)[:200])
	f.Add([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 2, 0xff, 0xe1, 0, 10, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I'})
	f.Fuzz(func(t *testing.T, data []byte) {
		if head, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && head.Width*head.Height > 1_000_000 {
			return // allowed, but slow
		}
		if o := orientation(data); o < 1 || o > 8 {
			t.Fatalf("the orientation is %d", o)
		}
		out, err := Clean(data)
		if err != nil {
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(out)); err != nil || bytes.Contains(out, []byte("Exif")) {
			t.Fatalf("what comes out is no clean JPEG: %v", err)
		}
	})
}
