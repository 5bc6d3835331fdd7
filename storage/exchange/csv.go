package exchange

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
)

// CSV lays rows out as Excel in the Netherlands opens them with a double click: with semicolons, a byte order mark by
// which it knows UTF-8, and the line ends of RFC 4180. A cell that a spreadsheet would take for a formula gets an
// apostrophe before it: anybody can register a group called "=HYPERLINK(...)".
func CSV(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil, fmt.Errorf("write CSV: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	return out.Bytes(), nil
}

// harmless is a cell that no spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection, the
// full-width signs of it too, and spaces before them.
func harmless(cell string) string {
	begins := strings.TrimLeft(cell, " \t\r\n\u00a0")
	if begins != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begins)[0]) {
		return "'" + cell
	}
	return cell
}

// Tenths is a number with one decimal as Excel in the Netherlands reads it: "33,3".
func Tenths(n int) string { return fmt.Sprintf("%d,%d", n/10, n%10) }
