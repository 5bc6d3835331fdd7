package telegramtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/mymmrac/telego"
)

// Limits of what a bot tells about itself: https://core.telegram.org/bots/api#setmycommands and #setmydescription.
const (
	maxCommands           = 100
	maxCommandDescription = 256
	maxDescription        = 512
	maxShortDescription   = 120
)

// settings are what the bot set about itself.
type settings struct {
	commands     map[string][]telego.BotCommand // by scope and language
	descriptions map[string]string              // by language
	shorts       map[string]string
	buttons      map[int64]json.RawMessage // menu buttons by person; 0: everyone's
	commandName  *regexp.Regexp
}

func newSettings() settings {
	return settings{
		commands: map[string][]telego.BotCommand{}, descriptions: map[string]string{}, shorts: map[string]string{},
		buttons: map[int64]json.RawMessage{}, commandName: regexp.MustCompile(`^[a-z0-9_]{1,32}$`),
	}
}

// scope reads for whom a list of commands counts: https://core.telegram.org/bots/api#botcommandscope
func (c *call) scope() (key string, chat telego.ChatID) {
	var scope struct {
		Type   string        `json:"type"`
		ChatID telego.ChatID `json:"chat_id"`
		UserID int64         `json:"user_id"`
	}
	if !c.object("scope", &scope) {
		return telego.ScopeTypeDefault, telego.ChatID{}
	}
	switch scope.Type {
	case telego.ScopeTypeDefault, telego.ScopeTypeAllPrivateChats, telego.ScopeTypeAllGroupChats, telego.ScopeTypeAllChatAdministrators:
		return scope.Type, telego.ChatID{}
	case telego.ScopeTypeChat, telego.ScopeTypeChatAdministrators, telego.ScopeTypeChatMember:
		return fmt.Sprintf("%s %s %d", scope.Type, scope.ChatID, scope.UserID), scope.ChatID
	}
	c.fail(badRequest("can't parse BotCommandScope: Unsupported type specified"))
	return "", telego.ChatID{}
}

func (c *call) language() string {
	code := c.take("language_code")
	if code != "" && (len(code) != 2 || code[0] < 'a' || code[0] > 'z' || code[1] < 'a' || code[1] > 'z') {
		c.fail(badRequest("invalid language code specified"))
	}
	return code
}

// forScope runs do for a scope and language; a scope's chat must be one that the bot can read.
func (s *Server) forScope(c *call, do func(key string) any) (any, error) {
	scope, chat := c.scope()
	key := scope + " " + c.language()
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if chat != (telego.ChatID{}) {
		if _, err := s.enter(chat, toRead); err != nil {
			return nil, err
		}
	}
	return do(key), nil
}

func (s *Server) setMyCommands(c *call) (any, error) {
	var list []telego.BotCommand
	if !c.object("commands", &list) {
		c.fail(badRequest("can't parse commands JSON object"))
	}
	if len(list) > maxCommands {
		c.fail(badRequest("BOT_COMMANDS_TOO_MUCH"))
	}
	for _, b := range list {
		if !s.settings.commandName.MatchString(b.Command) {
			c.fail(badRequest("BOT_COMMAND_INVALID"))
		}
		if n := length16(b.Description); n < 1 || n > maxCommandDescription {
			c.fail(badRequest("BOT_COMMAND_DESCRIPTION_INVALID"))
		}
	}
	return s.forScope(c, func(key string) any {
		s.settings.commands[key] = list
		s.ring()
		return true
	})
}

func (s *Server) getMyCommands(c *call) (any, error) {
	return s.forScope(c, func(key string) any {
		return append([]telego.BotCommand{}, s.settings.commands[key]...)
	})
}

func (s *Server) deleteMyCommands(c *call) (any, error) {
	return s.forScope(c, func(key string) any {
		delete(s.settings.commands, key)
		s.ring()
		return true
	})
}

// Menu is the list of commands that the bot set for a scope ("all_private_chats") and a language, or for everyone else.
func (s *Server) Menu(scope, language string) []telego.BotCommand {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.settings.commands[scope+" "+language])
}

func (s *Server) describe(c *call, field string, longest int, into map[string]string) (any, error) {
	text, language := c.take(field), c.language()
	if length16(text) > longest {
		c.fail(badRequest("BOT_%s_TOO_LONG", map[string]string{"description": "DESCRIPTION", "short_description": "ABOUT"}[field]))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	into[language] = text
	return true, nil
}

// described is the text for a language, or the one for everyone else.
func (s *Server) described(c *call, from map[string]string) (string, error) {
	language := c.language()
	if err := c.done(); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := from[language]; ok {
		return text, nil
	}
	return from[""], nil
}

func (s *Server) setMyDescription(c *call) (any, error) {
	return s.describe(c, "description", maxDescription, s.settings.descriptions)
}

func (s *Server) getMyDescription(c *call) (any, error) {
	text, err := s.described(c, s.settings.descriptions)
	return telego.BotDescription{Description: text}, err
}

func (s *Server) setMyShortDescription(c *call) (any, error) {
	return s.describe(c, "short_description", maxShortDescription, s.settings.shorts)
}

func (s *Server) getMyShortDescription(c *call) (any, error) {
	text, err := s.described(c, s.settings.shorts)
	return telego.BotShortDescription{ShortDescription: text}, err
}

func (s *Server) setChatMenuButton(c *call) (any, error) {
	person := c.integer("chat_id")
	var button struct {
		Type   string             `json:"type"`
		Text   string             `json:"text,omitempty"`
		WebApp *telego.WebAppInfo `json:"web_app,omitempty"`
	}
	if !c.object("menu_button", &button) {
		button.Type = telego.ButtonTypeDefault
	}
	switch button.Type {
	case telego.ButtonTypeCommands, telego.ButtonTypeDefault, telego.ButtonTypeWebApp:
	default:
		c.fail(badRequest("can't parse menu button: MenuButton has unsupported type"))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(button)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if person != 0 && s.users[person] == nil {
		return nil, badRequest("user not found")
	}
	s.settings.buttons[person] = raw
	return true, nil
}

func (s *Server) getChatMenuButton(c *call) (any, error) {
	person := c.integer("chat_id")
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, who := range []int64{person, 0} {
		if b := s.settings.buttons[who]; b != nil {
			return b, nil
		}
	}
	return telego.MenuButtonDefault{Type: telego.ButtonTypeDefault}, nil
}
