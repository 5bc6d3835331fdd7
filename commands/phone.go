package commands

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
)

// phoneRegion is the country whose numbers are typed without a country code.
const phoneRegion = "NL"

// checkPhone takes a phone number as people type it, or a shared contact, and gives it in E.164.
func checkPhone(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	tries := []string{a.Text}
	if a.Contact != nil { // networks give it without the plus
		tries = []string{"+" + strings.TrimPrefix(a.Contact.Phone, "+"), a.Contact.Phone}
	}
	for _, typed := range tries {
		n, err := phonenumbers.Parse(typed, phoneRegion)
		if err != nil || !phonenumbers.IsValidNumber(n) {
			continue
		}
		switch phonenumbers.GetNumberType(n) {
		case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.TOLL_FREE: // 0900-8844 is nobody's own
			continue
		default:
			return phonenumbers.Format(n, phonenumbers.E164), nil
		}
	}
	return "", messages.Refuse("phone.wrong")
}

// readablePhone is an E.164 number as people write it: "06 12345678", and with the country code from abroad.
func readablePhone(e164 string) string {
	n, err := phonenumbers.Parse(e164, phoneRegion)
	if err != nil {
		return e164
	}
	if phonenumbers.GetRegionCodeForNumber(n) == phoneRegion {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

func showPhone(_ *Turn, _ *form.State, value string) (messages.Say, error) {
	return messages.Verbatim(readablePhone(value)), nil
}
