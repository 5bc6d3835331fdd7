package exchange_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/storage/exchange"
)

func TestCSVIsForDutchExcel(t *testing.T) {
	got, err := exchange.CSV([][]string{{"Groep", "Procent"}, {"Café; “De Poel”", exchange.Tenths(333)}, {`zegt "hoi"`, exchange.Tenths(1000)}})
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeffGroep;Procent\r\n\"Café; “De Poel”\";33,3\r\n\"zegt \"\"hoi\"\"\";100,0\r\n"
	if string(got) != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+32 470 12 34 56": "'+32 470 12 34 56", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)",
		" =1+1": "' =1+1", "\t=1": "'\t=1", "＝1": "'＝1", "06 12345678": "06 12345678", "Noord-West": "Noord-West", "a=b": "a=b", "": "", " ": " ",
		`";=1+1`: `";=1+1`, "x;=1+1": "x;=1+1", // quoted, so what follows is no cell of its own
	} {
		got, err := exchange.CSV([][]string{{"x", cell}})
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got), "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 || rows[0][1] != want {
			t.Errorf("%q is read as %q, %v; want %q", cell, rows, err, want)
		}
	}
}
