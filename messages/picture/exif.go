package picture

import "encoding/binary"

// Marks of a JPEG file (ITU T.81, annex B) and of the Exif data in it (CIPA DC-008).
const (
	markStart       = 0xFFD8
	markScan        = 0xFFDA // the picture itself begins
	markExif        = 0xFFE1
	exifHead        = "Exif\x00\x00"
	tagOrientation  = 0x0112
	exifEntryLength = 12
)

// orientation reads how a phone was held from a JPEG's Exif data: 1 to 8, and 1 where nothing is said.
func orientation(jpeg []byte) int {
	if len(jpeg) < 4 || binary.BigEndian.Uint16(jpeg) != markStart {
		return 1
	}
	for rest := jpeg[2:]; len(rest) >= 4; {
		mark, length := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if mark == markScan || length < 2 || len(rest) < 2+length {
			return 1
		}
		body := rest[4 : 2+length]
		if mark == markExif && len(body) > len(exifHead) && string(body[:len(exifHead)]) == exifHead {
			return exifOrientation(body[len(exifHead):])
		}
		rest = rest[2+length:]
	}
	return 1
}

func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < exifEntryLength {
			return 1
		}
		if order.Uint16(entries) == tagOrientation {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[exifEntryLength:]
	}
	return 1
}
