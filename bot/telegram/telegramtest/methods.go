package telegramtest

import (
	"reflect"
	"strings"

	"github.com/mymmrac/telego"
)

// method is one method of the Bot API.
type method struct {
	fields map[string]bool // every field that it has, known to the stand-in or not
	do     func(*Server, *call) (any, error)
}

// methods are those that the stand-in knows, by their name in lower case.
func methods() map[string]method {
	out := map[string]method{}
	add := func(name string, params any, do func(*Server, *call) (any, error)) {
		out[strings.ToLower(name)] = method{fieldsOf(params), do}
	}
	add("getMe", nil, (*Server).getMe)

	add("getUpdates", telego.GetUpdatesParams{}, (*Server).getUpdates)
	add("setWebhook", telego.SetWebhookParams{}, (*Server).setWebhook)
	add("deleteWebhook", telego.DeleteWebhookParams{}, (*Server).deleteWebhook)
	add("getWebhookInfo", nil, (*Server).getWebhookInfo)

	add("sendMessage", telego.SendMessageParams{}, (*Server).sendMessage)
	add("sendPhoto", telego.SendPhotoParams{}, (*Server).sendPhoto)
	add("sendDocument", telego.SendDocumentParams{}, (*Server).sendDocument)
	add("sendMediaGroup", telego.SendMediaGroupParams{}, (*Server).sendMediaGroup)
	add("sendLocation", telego.SendLocationParams{}, (*Server).sendLocation)
	add("sendVenue", telego.SendVenueParams{}, (*Server).sendVenue)
	add("sendChatAction", telego.SendChatActionParams{}, (*Server).sendChatAction)
	add("answerCallbackQuery", telego.AnswerCallbackQueryParams{}, (*Server).answerCallbackQuery)

	add("editMessageText", telego.EditMessageTextParams{}, (*Server).editMessageText)
	add("editMessageCaption", telego.EditMessageCaptionParams{}, (*Server).editMessageCaption)
	add("editMessageReplyMarkup", telego.EditMessageReplyMarkupParams{}, (*Server).editMessageReplyMarkup)
	add("deleteMessage", telego.DeleteMessageParams{}, (*Server).deleteMessage)

	add("getFile", telego.GetFileParams{}, (*Server).getFile)
	add("getChat", telego.GetChatParams{}, (*Server).getChat)
	add("getChatMember", telego.GetChatMemberParams{}, (*Server).getChatMember)
	add("getChatMemberCount", telego.GetChatMemberCountParams{}, (*Server).getChatMemberCount)
	add("getChatAdministrators", telego.GetChatAdministratorsParams{}, (*Server).getChatAdministrators)
	add("leaveChat", telego.LeaveChatParams{}, (*Server).leaveChat)

	add("setMyCommands", telego.SetMyCommandsParams{}, (*Server).setMyCommands)
	add("getMyCommands", telego.GetMyCommandsParams{}, (*Server).getMyCommands)
	add("deleteMyCommands", telego.DeleteMyCommandsParams{}, (*Server).deleteMyCommands)
	add("setMyDescription", telego.SetMyDescriptionParams{}, (*Server).setMyDescription)
	add("getMyDescription", telego.GetMyDescriptionParams{}, (*Server).getMyDescription)
	add("setMyShortDescription", telego.SetMyShortDescriptionParams{}, (*Server).setMyShortDescription)
	add("getMyShortDescription", telego.GetMyShortDescriptionParams{}, (*Server).getMyShortDescription)
	add("setChatMenuButton", telego.SetChatMenuButtonParams{}, (*Server).setChatMenuButton)
	add("getChatMenuButton", telego.GetChatMenuButtonParams{}, (*Server).getChatMenuButton)
	return out
}

// fieldsOf reads the names off one of telego's types.
func fieldsOf(params any) map[string]bool {
	out := map[string]bool{}
	if params == nil {
		return out
	}
	t := reflect.TypeOf(params)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = true
	}
	return out
}

func (s *Server) getMe(c *call) (any, error) {
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.me, nil
}
