package messages

// Document is a file that somebody asked for, on its way out: a list to open in Excel. Its bytes are kept apart from it,
// sealed, and only for a day.
type Document struct {
	Name string `json:"n"` // as the reader sees it, with its ending
	Type string `json:"t"` // as networks name it: text/csv
	Key  string `json:"k"` // under what storage keeps its bytes: a keyed SHA-256, hex
	Data []byte `json:"-"` // only while it is carried
}

// CSV is the type of a comma-separated file: https://www.rfc-editor.org/rfc/rfc7111#section-5.1
const CSV = "text/csv"
