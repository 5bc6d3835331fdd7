package telegramtest

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mymmrac/telego"
)

// Limits in UTF-16 code units: https://core.telegram.org/bots/api#sendmessage and #sendphoto.
const (
	maxText    = 4096
	maxCaption = 1024
	maxBytes   = 1 << 15
)

// length16 counts UTF-16 code units, in which Telegram measures.
func length16(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// text reads a text and its entities. https://core.telegram.org/bots/api#messageentity
func (c *call) text(field, entitiesField string) (string, []telego.MessageEntity) {
	text := c.take(field)
	var entities []telego.MessageEntity
	c.object(entitiesField, &entities)
	if mode := c.take("parse_mode"); mode != "" {
		c.reports = append(c.reports, "the stand-in reads no parse_mode: give entities")
		c.fail(badRequest("unsupported parse_mode"))
	}
	longest, long := maxText, "message is too long"
	if field == "caption" {
		longest, long = maxCaption, "message caption is too long"
	}
	switch {
	case field == "text" && text == "":
		c.fail(badRequest("message text is empty"))
	case len(text) > maxBytes:
		c.fail(badRequest("text is too long"))
	case !utf8.ValidString(text):
		c.fail(badRequest("strings must be encoded in UTF-8"))
	case field == "text" && strings.TrimSpace(text) == "":
		c.fail(badRequest("text must be non-empty"))
	case length16(text) > longest:
		c.fail(badRequest("%s", long))
	}
	if f := checkEntities(text, entities); f != nil {
		c.fail(f)
	}
	return trim(text, entities)
}

// checkEntities refuses those that don't begin and end between two characters of the text.
func checkEntities(text string, entities []telego.MessageEntity) *failure {
	if len(entities) == 0 {
		return nil
	}
	// where a character begins, by UTF-16 offset; -1 in the middle of one
	at := make([]int, 0, len(text)+1)
	for i, r := range text {
		at = append(at, i)
		if utf16.RuneLen(r) == 2 {
			at = append(at, -1)
		}
	}
	at = append(at, len(text))
	for _, e := range entities {
		end := e.Offset + e.Length
		switch {
		case e.Offset < 0:
			return badRequest("receive an entity with incorrect offset %d", e.Offset)
		case e.Length < 0:
			return badRequest("receive an entity with incorrect length %d", e.Length)
		case e.Offset >= len(at):
			return badRequest("entity begins after the end of the text at UTF-16 offset %d", e.Offset)
		case at[e.Offset] < 0:
			return badRequest("entity begins in a middle of a UTF-16 symbol at byte offset %d", at[e.Offset+1])
		case end >= len(at):
			return badRequest("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, end)
		case at[end] < 0:
			return badRequest("entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol at byte offset %d", e.Offset, at[end+1])
		}
		if f := checkEntity(e); f != nil {
			return f
		}
	}
	return nil
}

func checkEntity(e telego.MessageEntity) *failure {
	switch e.Type {
	case telego.EntityTypeTextLink:
		if !isLink(e.URL) {
			return badRequest("wrong HTTP URL specified")
		}
	case telego.EntityTypeBold, telego.EntityTypeItalic, telego.EntityTypeUnderline, telego.EntityTypeStrikethrough,
		telego.EntityTypeSpoiler, telego.EntityTypeBlockquote, telego.EntityTypeExpandableBlockquote, telego.EntityTypeCode,
		telego.EntityTypePre, telego.EntityTypeTextMention, telego.EntityTypeCustomEmoji:
	case telego.EntityTypeMention, telego.EntityTypeHashtag, telego.EntityTypeCashtag, telego.EntityTypeBotCommand,
		telego.EntityTypeURL, telego.EntityTypeEmail, telego.EntityTypePhoneNumber: // Telegram finds these by itself
	default:
		return badRequest("can't parse MessageEntity: unsupported type specified")
	}
	return nil
}

func isLink(address string) bool {
	for _, scheme := range []string{"https://", "http://", "tg://", "ton://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok && rest != "" {
			return true
		}
	}
	return false
}

// trim takes white space off the end, as Telegram does, and shortens the entities that reached into it.
func trim(text string, entities []telego.MessageEntity) (string, []telego.MessageEntity) {
	trimmed := strings.TrimRight(text, " \t\r\n")
	if len(trimmed) == len(text) || len(entities) == 0 {
		return trimmed, entities
	}
	end := length16(trimmed)
	var kept []telego.MessageEntity
	for _, e := range entities {
		if e.Offset < end {
			e.Length = min(e.Length, end-e.Offset)
			kept = append(kept, e)
		}
	}
	return trimmed, kept
}

// command reads "/name@bot" off the beginning of a text.
func command(text string) (name, bot string, ok bool) {
	rest, ok := strings.CutPrefix(text, "/")
	if !ok {
		return "", "", false
	}
	word := rest
	if i := strings.IndexAny(rest, " \t\r\n"); i >= 0 {
		word = rest[:i]
	}
	name, bot, _ = strings.Cut(word, "@")
	if name == "" || len(name) > 64 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return "", "", false
	}
	return name, bot, true
}

// commandEntities marks the command that a text begins with, as Telegram does.
func commandEntities(text string) []telego.MessageEntity {
	name, bot, ok := command(text)
	if !ok {
		return nil
	}
	length := 1 + len(name)
	if bot != "" {
		length += 1 + len(bot)
	}
	return []telego.MessageEntity{{Type: telego.EntityTypeBotCommand, Offset: 0, Length: length}}
}

// preview reads how a link in the text is to be shown; nil: nothing is said.
func (c *call) preview() *telego.LinkPreviewOptions {
	p := new(telego.LinkPreviewOptions)
	if !c.object("link_preview_options", p) {
		return nil
	}
	return p
}
