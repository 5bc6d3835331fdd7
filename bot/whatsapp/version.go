package whatsapp

import (
	"errors"
	"regexp"

	"go.mau.fi/whatsmeow/store"
)

// versionForm is a version of WhatsApp Web as https://web.whatsapp.com has it.
var versionForm = regexp.MustCompile(`^[0-9]{1,4}\.[0-9]{1,9}\.[0-9]{1,10}$`)

// CheckVersion tells whether s is a version of WhatsApp Web, such as 2.3000.1031080782. Empty is the library's own.
func CheckVersion(s string) error {
	if s == "" {
		return nil
	}
	if _, err := store.ParseVersion(s); err != nil || !versionForm.MatchString(s) {
		return errors.New("should be a version of WhatsApp Web such as 2.3000.1031080782, with three numbers")
	}
	return nil
}

// claim has the library say that it is another version of WhatsApp Web than the one it was made for: WhatsApp turns old
// ones away. The library keeps it in two places, both for the whole process: one for linking, and one that it sends.
func claim(version string) error {
	if version == "" {
		return nil
	}
	if err := CheckVersion(version); err != nil {
		return err
	}
	v, err := store.ParseVersion(version)
	if err != nil {
		return err
	}
	if v != store.GetWAVersion() {
		store.SetWAVersion(v)
		store.BaseClientPayload.UserAgent.AppVersion = v.ProtoAppVersion()
	}
	return nil
}
